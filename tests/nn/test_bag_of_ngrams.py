import torch

from spacy_rnn.nn.bag_of_ngrams import ROW_PACE, ROWS_OF_A_BLOCK, BagOfNgrams, SparseTable


def table_after(gradients, learn_rate=0.01):
    """A table after steps on some of them, given as {row: gradient}."""
    table = SparseTable(2)
    for rows in gradients:
        for row, gradient in rows.items():
            out = table(torch.tensor([row]), torch.tensor([1]))
            out.backward(torch.tensor([gradient]))
        table.step(learn_rate)
    return table


def test_texts_are_sums_of_their_rows_and_zeros_without():
    table = SparseTable(2)
    with torch.no_grad():
        table.weight.copy_(torch.arange(2.0 * len(table.weight)).view(-1, 2))
    rows, lengths = torch.tensor([0, 1, 3]), torch.tensor([2, 0, 1])
    assert table(rows, lengths).tolist() == [[2.0, 4.0], [0.0, 0.0], [6.0, 7.0]]
    weighted = table(rows, lengths, torch.tensor([0.5, 2.0, -1.0]))
    assert weighted.tolist() == [[4.0, 6.5], [0.0, 0.0], [-6.0, -7.0]]


def test_a_row_moves_by_less_the_more_it_has_moved():
    table = table_after([{1: [1.0, 1.0]}, {1: [1.0, 1.0]}, {2: [1.0, 1.0]}])
    first, both = -ROW_PACE * 0.01, -ROW_PACE * 0.01 * (1 + 2**-0.5)
    expected = torch.tensor([[0.0, 0.0], [both, both], [first, first], [0.0, 0.0]])
    torch.testing.assert_close(table.weight.data[:4], expected)


def test_the_size_of_the_first_gradient_does_not_matter():
    small, large = table_after([{0: [1e-3, 0.0]}]), table_after([{0: [1e3, 0.0]}])
    torch.testing.assert_close(small.weight.data, large.weight.data, rtol=1e-3, atol=0.0)


def test_gradients_of_one_step_are_added_up():
    table = SparseTable(1)
    for gradient in (2.0, -1.0):
        table(torch.tensor([1]), torch.tensor([1])).backward(torch.tensor([[gradient]]))
    table.step(0.01)
    assert table.squares[:2].tolist() == [[0.0], [1.0]]


def test_a_row_with_nan_stays_where_it_is():
    table = table_after([{0: [float("nan"), 1.0], 1: [1.0, 1.0]}])
    assert table.weight[0].tolist() == [0.0, 0.0] and table.squares[0] == 0.0
    assert table.weight[1].tolist() != [0.0, 0.0]


def test_a_step_without_a_gradient_changes_nothing():
    table = table_after([{}])
    assert not table.weight.any() and not table.squares.any()


def test_it_learns_which_rows_mean_which_class():
    bag = BagOfNgrams(classes=2)
    rows, lengths = torch.tensor([0, 1, 2, 1]), torch.tensor([2, 2])
    for _ in range(50):
        loss = torch.nn.functional.cross_entropy(bag(rows, lengths), torch.tensor([0, 1]))
        loss.backward()
        bag.ngrams.step(0.01)
    assert bag(rows, lengths).softmax(1).diagonal().min() > 0.95


def test_more_classes_keep_what_was_learned():
    small, large = BagOfNgrams(2), BagOfNgrams(3)
    with torch.no_grad():
        for part in (small.ngrams.weight, small.ngrams.squares, small.bias.weight):
            part.uniform_()
    large.copy_classes(small)
    rows, lengths = torch.tensor([0, 3]), torch.tensor([2])
    torch.testing.assert_close(large(rows, lengths)[:, :2], small(rows, lengths))


def test_a_table_that_grows_keeps_what_it_has_and_what_it_was_about_to_learn():
    grown = SparseTable(2)
    fixed = SparseTable(2, blocks=2)
    row = torch.tensor([3])
    for table in (fixed, grown):
        table(row, torch.tensor([1])).backward(torch.tensor([[1.0, 2.0]]))
        assert table.grow(ROWS_OF_A_BLOCK + 1) == table.blocks == 2
        last = torch.tensor([ROWS_OF_A_BLOCK])
        table(torch.cat([row, last]), torch.tensor([2])).backward(torch.tensor([[1.0, 1.0]]))
        table.step(0.01)
    assert grown.grow(5) == 2 and grown.weight[ROWS_OF_A_BLOCK].all()
    assert torch.equal(grown.weight, fixed.weight) and torch.equal(grown.squares, fixed.squares)
