"""Recognises the text of lines in a picture, with how sure that is; the model comes with the package ``rapidocr``.

The model is run without the package's own code, which would fetch what it misses from the network.
"""

from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path

import cv2
import numpy as np
import onnxruntime
from numpy.typing import NDArray

Grey = NDArray[np.uint8]

MODEL = "models/PP-OCRv6_rec_small.onnx"
_HEIGHT = 48  # pixels: what the model was trained on
_NARROWEST, _WIDEST = 64, 4_000
_BATCH = 8_000  # pixels of width recognised at once
_OVALS = ("O", "o")
_NUMBER = frozenset("0123456789.,/-+%").union(_OVALS)


class Recogniser:
    """Loaded once per process; loading takes half a second."""

    def __init__(self) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False
        options.log_severity_level = 4
        self._session = onnxruntime.InferenceSession(str(_model()), options, providers=["CPUExecutionProvider"])
        letters = self._session.get_modelmeta().custom_metadata_map["character"].splitlines()
        self._letters = ["", *letters, " "]
        self._zero = self._letters.index("0")
        self._ovals = [self._letters.index(letter) for letter in _OVALS]
        self._input = self._session.get_inputs()[0].name

    def read(self, lines: Sequence[Grey]) -> list[tuple[str, float]]:
        """The text of each picture of a line, and the confidence of its least sure character (0 where none is)."""
        found = [("", 0.0)] * len(lines)
        for batch in _batches(lines):
            block = np.zeros((len(batch), 3, _HEIGHT, max(_width(lines[number]) for number in batch)), np.float32)
            for place, number in enumerate(batch):
                scaled = _scaled(lines[number])
                block[place, :, :, : scaled.shape[1]] = scaled / 127.5 - 1
            answers = self._session.run(None, {self._input: block})[0]
            for number, answer in zip(batch, answers, strict=True):
                found[number] = self._decoded(answer)
        return found

    def _decoded(self, frames: NDArray[np.float32]) -> tuple[str, float]:
        """Text and confidence; among digits alone, what reads as the letter O is as much a zero.

        A zero's confidence is then the sum of both: the model knows the shape and only doubts its name.
        """
        text, sure = self._greedy(frames)
        if text and _NUMBER.issuperset(text) and not {"0", *_OVALS}.isdisjoint(text):
            merged = frames.copy()
            merged[:, self._zero] += frames[:, self._ovals].sum(axis=1)
            merged[:, self._ovals] = 0
            return self._greedy(merged)
        return text, sure

    def _greedy(self, frames: NDArray[np.float32]) -> tuple[str, float]:
        """Of each run of frames with one letter the surest counts; between letters stand frames with none (CTC)."""
        best, sure = frames.argmax(axis=1), frames.max(axis=1)
        text, least, previous = "", 1.0, 0
        run = 1.0
        for letter, confidence in zip(best.tolist(), sure.tolist(), strict=True):
            if letter and letter == previous:
                run = max(run, confidence)
            else:
                least = min(least, run)
                run = confidence if letter else 1.0
                text += self._letters[letter]
            previous = letter
        return text.strip(), (min(least, run, 1.0) if text.strip() else 0.0)


def _model() -> Path:
    spec = find_spec("rapidocr")
    if spec is None or not spec.submodule_search_locations:
        raise ImportError("rapidocr is not installed")
    return Path(spec.submodule_search_locations[0]) / MODEL


def _batches(lines: Sequence[Grey]) -> Iterator[list[int]]:
    """The numbers of the lines, those of like width together, as many as memory bears."""
    batch: list[int] = []
    for number in sorted(range(len(lines)), key=lambda number: _width(lines[number])):
        if batch and (len(batch) + 1) * _width(lines[number]) > _BATCH:
            yield batch
            batch = []
        batch.append(number)
    if batch:
        yield batch


def _width(line: Grey) -> int:
    """Of the line once it has the model's height; it stands on at least ``_NARROWEST`` pixels."""
    height, width = int(line.shape[0]), int(line.shape[1])
    return min(max(round(width * _HEIGHT / height), _NARROWEST), _WIDEST)


def _scaled(line: Grey) -> NDArray[np.float32]:
    height, width = line.shape
    size = (min(max(round(width * _HEIGHT / height), 8), _WIDEST), _HEIGHT)
    way = cv2.INTER_AREA if height > _HEIGHT else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(line, size, interpolation=way), np.float32)
