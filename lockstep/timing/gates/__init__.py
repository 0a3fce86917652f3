"""What the data allow to be said, asked before any statistic is read: one module a question."""
