"""Ragged batches: every layout holds every row exactly once."""

import torch
from hypothesis import given
from hypothesis import strategies as st

from spacy_rnn.nn.ragged import Ragged, locked_dropout, mirrored, pack

lengths = st.lists(st.integers(0, 50), min_size=1, max_size=40)


def numbered(sizes):
    return Ragged(torch.arange(sum(sizes), dtype=torch.float32).unsqueeze(1), torch.tensor(sizes))


@given(lengths)
def test_lists_and_back(sizes):
    batch = numbered(sizes)
    assert torch.equal(Ragged.from_list(batch.to_list()).data, batch.data)


@given(lengths)
def test_packing_is_torchs(sizes):
    batch = numbered(sizes)
    packing = pack(batch.lengths)
    assert torch.equal(batch.data[packing.rows][packing.restore], batch.data)
    filled = [rows for rows in batch.to_list() if len(rows)]
    if filled:
        # Sorted here, as torch's own sorting leaves sequences of one length in any order.
        theirs = torch.nn.utils.rnn.pack_sequence(sorted(filled, key=len, reverse=True))
        assert torch.equal(theirs.batch_sizes, packing.batch_sizes)
        assert torch.equal(theirs.data, batch.data[packing.rows])


@given(lengths)
def test_mirrored_rows_are_those_of_reversed_sequences(sizes):
    batch = numbered(sizes)
    reversed_rows = torch.cat([rows.flip(0) for rows in batch.to_list()])
    assert torch.equal(batch.data[mirrored(batch.lengths)], reversed_rows)


@given(lengths)
def test_padded(sizes):
    padded, mask = numbered(sizes).padded(fill=-1.0)
    assert mask.sum() == sum(sizes)
    assert torch.equal(padded[mask], numbered(sizes).data)
    assert (padded[~mask] == -1.0).all()


def test_locked_dropout_keeps_the_mean():
    torch.manual_seed(0)
    ones = Ragged(torch.ones(2000, 50), torch.full((1000,), 2))
    assert abs(locked_dropout(ones, 0.3).data.mean() - 1.0) < 0.02
    assert locked_dropout(ones, 0.0) is ones
