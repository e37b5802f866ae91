"""Learning rates against torch's schedulers."""

import math
import warnings
from itertools import islice

import pytest
import torch
from spacy.util import registry

from spacy_rnn.training.optimization.plateau import warmup_plateau
from spacy_rnn.training.optimization.schedules import late, warmup_cosine


def torch_rates(make, rate, steps):
    weight = torch.zeros(1, requires_grad=True)
    optimizer = torch.optim.SGD([weight], lr=rate)
    scheduler = make(optimizer)
    for _ in range(steps):
        yield optimizer.param_groups[0]["lr"]
        optimizer.step()
        scheduler.step()


def test_the_cosine_is_torchs():
    fall = lambda optimizer: torch.optim.lr_scheduler.CosineAnnealingLR(  # noqa: E731
        optimizer, T_max=16, eta_min=0.05
    )
    expected = list(torch_rates(fall, 0.5, 17))
    rates = list(islice(warmup_cosine(0.5, 4, 20, final_ratio=0.1), 25))
    assert rates[:4] == [0.125, 0.25, 0.375, 0.5]
    assert rates[4:21] == pytest.approx(expected)
    assert rates[20:] == pytest.approx([0.05] * 5)


@pytest.mark.parametrize(
    "settings, name",
    [
        ((0.1, 1, 0, 0.0), "total_steps"),
        ((0.1, -1, 10, 0.0), "warmup_steps"),
        ((0.1, 1, 10, 2.0), "final_ratio"),
    ],
)
def test_a_cosine_that_cannot_be_is_refused_by_name(settings, name):
    with pytest.raises(ValueError, match=name):
        warmup_cosine(*settings)


def test_the_warm_up_takes_at_most_half_of_a_short_training():
    rates = list(islice(warmup_cosine(1.0, 100, 8), 8))
    assert rates[:5] == [0.25, 0.5, 0.75, 1.0, 1.0] and rates[-1] < 0.2


def test_the_plateau_falls_when_torchs_does():
    scores = [0.1, 0.2, 0.2, 0.1, 0.2, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.1, 0.2]
    weight = torch.zeros(1, requires_grad=True)
    optimizer = torch.optim.SGD([weight], lr=0.5)
    torchs = torch.optim.lr_scheduler.ReduceLROnPlateau(
        optimizer, mode="max", factor=0.5, patience=1, threshold=0.0
    )
    schedule = warmup_plateau(0.5, factor=0.5, patience=1)
    for score in scores:
        torchs.step(score)
        schedule.observe(score)
        assert next(schedule) == pytest.approx(optimizer.param_groups[0]["lr"])


def test_the_plateau_warms_up_and_has_a_floor():
    schedule = warmup_plateau(1.0, warmup_steps=4, factor=0.1, patience=0, final_ratio=0.05)
    schedule.observe(1.0)
    assert [next(schedule) for _ in range(5)] == [0.25, 0.5, 0.75, 1.0, 1.0]
    for expected in (0.1, 0.05, 0.05):
        schedule.observe(0.0)
        assert math.isclose(next(schedule), expected)


def test_a_plateau_that_hears_no_score_says_so():
    schedule = warmup_plateau(1.0)
    with pytest.warns(UserWarning, match="spacy rnn train"):
        list(islice(schedule, 5))
    heard = warmup_plateau(1.0)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        list(islice(heard, 2))
        heard.observe(0.5)
        list(islice(heard, 5))


@pytest.mark.parametrize("bad", [{"factor": 1.5}, {"patience": -1}, {"warmup_steps": -1}])
def test_a_plateau_that_cannot_be_is_refused_by_name(bad):
    with pytest.raises(ValueError, match=next(iter(bad))):
        warmup_plateau(0.1, **bad)


def test_thincs_optimizers_take_both():
    for name, settings in (
        ("warmup_cosine", {"warmup_steps": 2, "total_steps": 9}),
        ("warmup_plateau", {"warmup_steps": 2}),
    ):
        rate = {"@schedules": f"spacy-rnn.{name}.v1", "initial_rate": 0.5, **settings}
        config = {"optimizer": {"@optimizers": "Adam.v1", "learn_rate": rate}}
        optimizer = registry.resolve(config)["optimizer"]
        assert optimizer.learn_rate == 0.25
        optimizer.step_schedules()
        assert optimizer.learn_rate == 0.5


def test_an_optimizer_read_without_its_config_keeps_its_rate():
    import spacy

    nlp = spacy.blank("en")
    nlp.config["training"]["optimizer"] = {
        "@optimizers": "Adam.v1",
        "learn_rate": {
            "@schedules": "spacy-rnn.warmup_cosine.v1",
            "initial_rate": 0.002,
            "warmup_steps": 10,
            "total_steps": "${training.max_steps}",
        },
    }
    optimizer = nlp.resume_training()
    optimizer.step_schedules()
    assert optimizer.learn_rate == 0.002


def test_a_number_of_steps_that_is_none_is_refused():
    with pytest.raises(ValueError, match="total_steps"):
        warmup_cosine(0.1, 1, "many")


def test_what_is_late_comes_in_the_last_steps():
    assert list(islice(late(3.0, 8, 0.25), 10)) == [0.0] * 6 + [3.0] * 4
    assert list(islice(late(3.0, 8, 1.0), 2)) == [3.0] * 2
    assert list(islice(late(3.0, 8, 0.0), 9)) == [0.0] * 8 + [3.0]
    for wrong in ((3.0, 0, 0.5), (3.0, 8, 1.1), (3.0, 8, -0.1)):
        with pytest.raises(ValueError, match="total_steps .* share"):
            late(*wrong)
