"""decord, PyAV or torchcodec, the one that the request names: frames decoded and resized, as many files at a time as there are threads."""

from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version

from protocol import serve

# Frames that are asked for at a time.
CHUNK = 16


class Decord:
    """`video` tells the size of a frame. Resized while decoding."""

    package = "decord"

    def __init__(self, video: dict):
        import decord

        self._open = lambda path: decord.VideoReader(
            path, width=video["width"], height=video["height"], num_threads=1
        )

    def all_frames(self, path: str) -> int:
        reader = self._open(path)
        starts = range(0, len(reader), CHUNK)
        return sum(
            len(reader.get_batch(range(start, min(start + CHUNK, len(reader)))).asnumpy()) for start in starts
        )

    def clip(self, path: str, frames: list[int]) -> int:
        return len(self._open(path).get_batch(frames).asnumpy())


class PyAv:
    """Resized by swscale, bilinear, as ours are."""

    package = "av"

    def __init__(self, video: dict):
        import av

        self._open = lambda path: av.open(path)
        self._array = lambda frame: frame.to_ndarray(
            format="rgb24", width=video["width"], height=video["height"], interpolation="BILINEAR"
        )

    def _stream(self, container):
        stream = container.streams.video[0]
        stream.codec_context.thread_count = 1
        return stream

    def all_frames(self, path: str) -> int:
        with self._open(path) as container:
            return sum(1 for frame in container.decode(self._stream(container)) if self._array(frame) is not None)

    def clip(self, path: str, frames: list[int]) -> int:
        """From the last key frame before the clip, by times."""
        with self._open(path) as container:
            stream = self._stream(container)
            rate, base = stream.average_rate, stream.time_base
            wanted, taken = set(frames), 0
            container.seek(int(frames[0] / rate / base), stream=stream)
            for frame in container.decode(stream):
                number = round(frame.pts * base * rate)
                if number in wanted:
                    self._array(frame)
                    taken += 1
                if number >= frames[-1]:
                    break
            return taken


class TorchCodec:
    """Resized by its own filter."""

    package = "torchcodec"

    def __init__(self, video: dict):
        from torchcodec.decoders import VideoDecoder
        from torchcodec.transforms import Resize

        self._open = lambda path: VideoDecoder(
            path,
            dimension_order="NHWC",
            num_ffmpeg_threads=1,
            transforms=[Resize((video["height"], video["width"]))],
        )

    def all_frames(self, path: str) -> int:
        decoder = self._open(path)
        starts = range(0, len(decoder), CHUNK)
        return sum(
            len(decoder.get_frames_in_range(start, min(start + CHUNK, len(decoder))).data) for start in starts
        )

    def clip(self, path: str, frames: list[int]) -> int:
        return len(self._open(path).get_frames_at(frames).data)


READERS = {"decord": Decord, "pyav": PyAv, "torchcodec": TorchCodec}


def open_work(request: dict):
    video = request["video"]
    reader = READERS[request["peer"]](video)
    pool = ThreadPoolExecutor(request["threads"])
    files = video["files"]

    def once() -> list[int]:
        if request["work"]["kind"] == "clips":
            return list(pool.map(lambda one: reader.clip(files[one["file"]], one["frames"]), video["clips"]))
        return list(pool.map(reader.all_frames, files))

    return once(), once, {reader.package: version(reader.package)}


if __name__ == "__main__":
    serve(open_work)
