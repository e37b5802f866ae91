"""Several encoder-decoders that write one text together."""

from __future__ import annotations

from typing import Callable, List, Optional, Tuple

from spacy.pipeline.tok2vec import Tok2VecListener
from spacy.tokens import Doc
from thinc.api import Model
from thinc.types import Floats2d

from ..layers.decodable import Decodable

NAME = "seq2seq_ensemble"
MOST = 64


def Seq2SeqEnsemble(
    member: Model[List[Doc], List[Decodable]], size: int = 2
) -> Model[List[Doc], List[Decodable]]:
    """Encoder-decoders that differ in nothing but what they begin with and what they drop out.

    Each word is chosen by the mean of their probabilities (Sutskever et al. 2014), which errs less
    than any of them. Each learns as if it were alone: `spacy train` teaches all of them at once,
    in as much more time as there are members, and `spacy rnn ensemble` puts together what was
    trained apart.

    member: what there are several of, `spacy-rnn.Seq2Seq.v1`.
    size: members.
    RAISES: ValueError naming the setting.
    """
    if not 1 <= size <= MOST:
        raise ValueError(f"model.size must be between 1 and {MOST}, got {size}")
    nodes = list(member.walk())
    if any(node.name == NAME for node in nodes):
        raise ValueError("model.member must be one encoder-decoder, got several: raise model.size.")
    if any(isinstance(node, Tok2VecListener) for node in nodes):
        raise ValueError(
            "model.member listens to a shared encoder, and members must differ in theirs: give it "
            "a tok2vec of its own, such as spacy.Tok2Vec.v2."
        )
    members = [member, *(member.copy() for _ in range(size - 1))]
    return Model(
        NAME,
        forward,
        init=init,
        layers=members,
        attrs={name: member.attrs[name] for name in ("max_source_length", "copies")},
    )


def init(model: Model, X: Optional[List[Doc]] = None, Y: None = None) -> Model:
    for member in model.layers:
        member.initialize(X=X)
    return model


def forward(
    model: Model, docs: List[Doc], is_train: bool
) -> Tuple[List[Decodable], Callable[[List[List[Floats2d]]], List[Doc]]]:
    """RETURNS: a decodable of each member. backprop takes the gradient of each one's sources."""
    made, backprops = zip(*(member(docs, is_train) for member in model.layers))

    def backprop(gradients: List[List[Floats2d]]) -> List[Doc]:
        for step, gradient in zip(backprops, gradients):
            step([gradient])
        return docs

    return [decodable for each in made for decodable in each], backprop
