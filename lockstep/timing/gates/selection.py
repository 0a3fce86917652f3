"""How were the accounts chosen (gate G8)?"""

from lockstep.settings import Settings
from lockstep.timing.gates.rows import Row, counted
from lockstep.timing.scope import Scope


def selection_gate(scope: Scope, settings: Settings) -> Row:
    """Return the gate selection: what the analyst says, nothing is measured.

    References:
        METHODS §3 (G8).
    """
    reasons = " ".join(settings.accounts.selection.split())
    accounts = counted(scope.accounts_n, "account")
    chosen = (
        f"The case names {accounts}"
        if settings.accounts.network
        else f"The case names none and is about all accounts of its exports ({accounts})"
    )
    if settings.accounts.selected_by_timing:
        outcome = "fail"
        note = (
            f"{chosen}, selected because they post together: a p-value of the same data is then no "
            "evidence. Select on the data before some day and test on those after it, or read the "
            "result as a description."
        )
    elif reasons:
        outcome, note = "pass", f'{chosen}, and says how they were selected: "{reasons}".'
    else:
        outcome = "waived"
        note = (
            f"{chosen}, and does not say how they were selected; without reasons the result is a "
            "description."
        )
    return {"gate": "selection", "outcome": outcome, "note": note}
