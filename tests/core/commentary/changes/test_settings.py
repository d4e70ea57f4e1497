"""What changed settings mean, as facts."""

from dataclasses import replace

from core.commentary.changes.actions import after_change
from core.commentary.changes.settings import BatchChanged, OptimizerChanged, SettingChanged
from core.run.changes import SetSettings
from core.run.trainer import Trainer
from tests.core.moments import DEFAULT


def test_other_settings_are_reported_by_what_they_are() -> None:
    trainer = Trainer(replace(DEFAULT, batch_size=10))
    trainer.run.step()
    before = trainer.snapshot()
    change = SetSettings.of(optimizer="adam", batch_size=500, beta2=0.9, alpha=0.5, l2=0.1)
    trainer.apply(change)
    assert after_change(before, trainer.snapshot()) == (
        OptimizerChanged(trainer.run.config),
        BatchChanged(500, False, True),
        SettingChanged("alpha", 0.99, 0.5, False),
        SettingChanged("beta2", 0.999, 0.9, True),
        SettingChanged("l2", 0.0, 0.1, True),
    )
    before = trainer.snapshot()
    trainer.apply(SetSettings.of(batch_size=None))
    assert after_change(before, trainer.snapshot()) == (BatchChanged(1000, True, False),)
