// All kernels for one kind of processor.
#include "layer.h"
#include "sums.h"

namespace KIND {

extern const Kernels kernels;
const Kernels kernels = {
    pack,           read_layer<Lstm>, read_layer<Gru>, forward<Lstm>, forward<Gru>,
    backward<Lstm>, backward<Gru>,    viterbi,         sums,
};

}  // namespace KIND
