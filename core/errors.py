"""The one error that core raises for what a person asked for and cannot have."""


class ConfigError(ValueError):
    """A setting is outside what it takes.

    Parameters
    ----------
    setting : str
        The field of `TrainingConfig` that is wrong, e.g. ``"learning_rate"``.
    problem : str
        What it takes and what it got, in words a user can act on.
    """

    def __init__(self, setting: str, problem: str) -> None:
        super().__init__(f"{setting}: {problem}")
        self.setting = setting
        self.problem = problem
