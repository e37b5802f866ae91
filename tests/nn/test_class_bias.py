import torch

from spacy_rnn.nn.class_bias import ClassBias


def test_a_rare_class_is_known_to_be_rare_within_a_hundred_steps():
    bias = ClassBias(2)
    optimizer = torch.optim.Adam(bias.parameters(), lr=0.002)
    truths = torch.tensor([[1.0, 0.0]]).repeat(500, 1)
    truths[0, 1] = 1.0
    for _ in range(100):
        optimizer.zero_grad()
        logits = bias(torch.zeros(500, 2))
        torch.nn.functional.binary_cross_entropy_with_logits(logits, truths).backward()
        optimizer.step()
    often, seldom = torch.sigmoid(bias(torch.zeros(1, 2)))[0].tolist()
    assert often > 0.98 and seldom < 0.02


def test_more_classes_keep_the_biases_of_the_others():
    small, large = ClassBias(2), ClassBias(3)
    torch.nn.init.ones_(small.weight)
    large.copy_classes(small)
    assert large.weight.tolist() == [1.0, 1.0, 0.0]
