"""Builds the optional compiled part; everything else is in setup.cfg. See spacy_rnn/native."""

import platform
import sys
from glob import glob
from pathlib import Path
from typing import List

from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext
from setuptools.errors import CompileError

SOURCE = "spacy_rnn/native/src/"
FLAGS = ["-O3", "-g0", "-std=gnu++17", "-ffp-contract=fast", "-fno-math-errno"]
FLAGS += ["-fno-exceptions", "-fvisibility=hidden"]
X86 = platform.machine().lower() in ("x86_64", "amd64")
AVX512 = ["-mavx512f", "-mavx512dq", "-mavx512bw", "-mavx512vl", "-mfma"]
# Which processor each file may be compiled for; the choice among them is made at run time.
PROCESSORS = {"plain.cpp": []}
# Those that some compilers do not know yet, and what the interface is told if they do.
NEW_PROCESSORS = {}
if X86:
    PROCESSORS.update({"avx2.cpp": ["-mavx2", "-mfma"], "avx512.cpp": AVX512})
    bf16 = [*AVX512, "-mavx512bf16"]
    NEW_PROCESSORS["avx512_bf16.cpp"] = (bf16, "-DBF16_KERNELS")
    NEW_PROCESSORS["amx.cpp"] = ([*bf16, "-mamx-tile", "-mamx-bf16"], "-DAMX_KERNELS")


class BuildKernels(build_ext):
    """Compiles each file for its processor, and goes on without where that fails."""

    def build_extension(self, extension: Extension) -> None:
        path = Path(self.get_ext_fullpath(extension.name))
        try:
            objects, known = [], ["-DX86_KERNELS"] if X86 else []
            for file, flags in PROCESSORS.items():
                objects += self.compile(file, flags)
            for file, (flags, definition) in NEW_PROCESSORS.items():
                try:
                    objects += self.compile(file, flags)
                    known.append(definition)
                except CompileError:
                    print(f"spacy-rnn: this compiler cannot compile {file}", file=sys.stderr)
            objects += self.compile("interface.cpp", known)
            path.parent.mkdir(parents=True, exist_ok=True)
            self.compiler.link_shared_object(objects, str(path), target_lang="c++")
        # Whatever a compiler may raise: spacy-rnn works without.
        except Exception as error:
            reason = str(error).partition("\n")[0]
            print(f"spacy-rnn: installed without its compiled kernels: {reason}", file=sys.stderr)

    def compile(self, file: str, flags: List[str]) -> List[str]:
        """RETURNS: object files."""
        return self.compiler.compile(
            [SOURCE + file], output_dir=self.build_temp, extra_postargs=FLAGS + flags
        )


setup(
    ext_modules=[
        Extension(
            "spacy_rnn.native._kernels",
            sources=sorted(glob(SOURCE + "*.cpp")),
            depends=sorted(glob(SOURCE + "*.h")),
            optional=True,
        )
    ],
    cmdclass={"build_ext": BuildKernels},
)
