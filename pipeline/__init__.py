"""When and how it runs: wiring and the `lockstep` command."""
