"""Builds the optional compiled part; everything else is in setup.cfg. See spacy_rnn/native."""

import platform
import sys
from glob import glob
from pathlib import Path

from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext

SOURCE = "spacy_rnn/native/src/"
FLAGS = ["-O3", "-g0", "-std=gnu++17", "-ffp-contract=fast", "-fno-math-errno"]
FLAGS += ["-fno-exceptions", "-fvisibility=hidden"]
X86 = platform.machine().lower() in ("x86_64", "amd64")
# Which processor each file may be compiled for; the choice among them is made at run time.
PROCESSORS = {"interface.cpp": ["-DX86_KERNELS"] if X86 else [], "plain.cpp": []}
if X86:
    PROCESSORS["avx2.cpp"] = ["-mavx2", "-mfma"]
    PROCESSORS["avx512.cpp"] = ["-mavx512f", "-mavx512dq", "-mavx512bw", "-mavx512vl", "-mfma"]


class BuildKernels(build_ext):
    """Compiles each file for its processor, and goes on without where that fails."""

    def build_extension(self, extension: Extension) -> None:
        path = Path(self.get_ext_fullpath(extension.name))
        try:
            objects = []
            for file, flags in PROCESSORS.items():
                objects += self.compiler.compile(
                    [SOURCE + file], output_dir=self.build_temp, extra_postargs=FLAGS + flags
                )
            path.parent.mkdir(parents=True, exist_ok=True)
            self.compiler.link_shared_object(objects, str(path), target_lang="c++")
        # Whatever a compiler may raise: spacy-rnn works without.
        except Exception as error:
            reason = str(error).partition("\n")[0]
            print(f"spacy-rnn: installed without its compiled kernels: {reason}", file=sys.stderr)


setup(
    ext_modules=[
        Extension(
            "spacy_rnn.native._kernels",
            sources=[SOURCE + file for file in PROCESSORS],
            depends=sorted(glob(SOURCE + "*.h")),
            optional=True,
        )
    ],
    cmdclass={"build_ext": BuildKernels},
)
