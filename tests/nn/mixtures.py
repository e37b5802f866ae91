"""The mixture of generating and copying over a whole distribution, in new memory."""

import torch
from torch.nn import functional as F

from spacy_rnn.nn.pointer import copying, mix_copies_in


def mixture(generated, attention, chosen, ids, extended):
    """Log-probabilities (B, K, extended), from those of generating (B, K, V)."""
    padding = (0, extended - generated.shape[2])
    log_probs = F.pad(generated + chosen.generate.unsqueeze(2), padding, value=-torch.inf)
    mix_copies_in(log_probs, attention, chosen.copy, *copying(ids))
    return log_probs
