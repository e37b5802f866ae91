// All kernels for one kind of processor.
#include "decoding.h"
#include "layer.h"
#include "pooling.h"
#include "scoring.h"
#include "sums.h"

namespace KIND {

extern const Kernels kernels;
const Kernels kernels = {
    pack,          read_layer<Lstm>, read_layer<Gru>, project_layer<Lstm>, project_layer<Gru>,
    forward<Lstm>, forward<Gru>,     backward<Lstm>,  backward<Gru>,       decode<Lstm>,
    decode<Gru>,   score_words,      viterbi,         sums,                pool,
};

}  // namespace KIND
