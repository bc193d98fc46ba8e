#!/usr/bin/env python3
"""How soon a take is heard: from the start of `woodshed play` to the first sound at the card.

    python3 Tests/Benchmarks/play_start.py .build/release/woodshed
    Tests/ALSABed/with-alsa -- /usr/bin/python3 Tests/Benchmarks/play_start.py .build/release/woodshed --card

Without a card the sound goes through ALSA's file plugin into a pipe, whose first loud frame is timed. With --card it
goes to the kernel's snd-aloop (root, for modprobe), whose other side arecord reads. A take of one loud note is
played by each SoundFont among Debian's places, and by aplay as a peer: a WAV file whose first sample is as loud,
which is the time that the way there, a program's start and its end take by themselves. Prints medians and the range.
"""

import os
import pathlib
import select
import statistics
import struct
import subprocess
import sys
import tempfile
import time

RATE, RUNS = 44100, 15
LOUD = 60  # of 32767: above the card's silence, below the first millisecond of a note
NOTE = bytes.fromhex(
    "4d546864 00000006 0000 0001 01f4"  # format 0, 500 ticks a quarter: a tick is a millisecond
    "4d54726b 00000011"
    "00 903c78"  # C4, loud, at once
    "8374 803c40 00 903c00"
    "00 ff2f00"
)


def first_loud(stream, start):
    """Milliseconds from `start` to the first loud sample on `stream`; None if none came."""
    while time.monotonic() - start < 10:
        if not select.select([stream], [], [], 1)[0]:
            continue
        block = os.read(stream, 256)
        if max(map(abs, struct.unpack(f"<{len(block) // 2}h", block)), default=0) > LOUD:
            return (time.monotonic() - start) * 1000
    return None


def started(command, environment):
    """The time now, and `command` started."""
    start = time.monotonic()
    return start, subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL)


def heard_at_pipe(command, environment):
    """Milliseconds from the start of `command` to the first loud sample in the pipe; None if none came."""
    pipe = os.path.join(environment["HOME"], "pipe")
    os.mkfifo(pipe)
    stream = os.open(pipe, os.O_RDWR)
    try:
        start, player = started(command, environment)
        heard = first_loud(stream, start)
        while player.poll() is None:
            if select.select([stream], [], [], 0.05)[0]:
                os.read(stream, 1 << 16)
        return heard
    finally:
        os.close(stream)
        os.unlink(pipe)


def heard_at_card(command, environment):
    """Milliseconds from the start of `command` to the first loud sample at the card; None if none came."""
    listener = subprocess.Popen(
        ["arecord", "-q", "-D", "hw:CARD=Loopback,DEV=1", "-t", "raw", "-f", "S16_LE", "-r", str(RATE), "-c", "2",
         "--period-size=64", "--buffer-size=4096"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment)
    try:
        time.sleep(0.5)
        stream = listener.stdout.fileno()
        while select.select([stream], [], [], 0)[0]:
            os.read(stream, 1 << 16)
        start, player = started(command, environment)
        heard = first_loud(stream, start)
        player.wait(30)
        return heard
    finally:
        listener.kill()
        listener.wait()


def main():
    program = str(pathlib.Path(sys.argv[1]).resolve())
    heard_after = heard_at_pipe
    device = '{ type file file "FOLDER/pipe" format raw slave.pcm { type null } }'
    if "--card" in sys.argv[2:]:
        subprocess.run(["modprobe", "snd-aloop"], check=True)
        heard_after, device = heard_at_card, '"hw:CARD=Loopback,DEV=0"'
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        device = device.replace("FOLDER", str(folder))
        (folder / ".asoundrc").write_text(f"pcm.!default {{ type plug slave.pcm {device} }}\n")
        environment = dict(os.environ, HOME=str(folder))
        (folder / "note.mid").write_bytes(NOTE)
        samples = struct.pack("<2h", 8000, 8000) * (RATE // 2)
        (folder / "note.wav").write_bytes(
            struct.pack("<4sI4s4sIHHIIHH4sI", b"RIFF", 36 + len(samples), b"WAVE", b"fmt ", 16, 1, 2, RATE, RATE * 4, 4,
                        16, b"data", len(samples)) + samples)
        run = lambda *words: subprocess.run([program, *words], check=True, env=environment, capture_output=True)
        run("new", str(folder / "start"))
        run("import", str(folder / "note.mid"), "--project", str(folder / "start"))
        peers = {"aplay, a WAV file": ["aplay", "-q", str(folder / "note.wav")]}
        for font in sorted(pathlib.Path("/usr/share/sounds/sf2").glob("*.sf2")):
            if not font.is_symlink():
                peers[f"woodshed play, {font.stem}"] = [
                    program, "play", "1", "--to", "speakers", "--soundfont", str(font), "--project",
                    str(folder / "start")]
        for name, command in peers.items():
            times = [heard_after(command, environment) for _ in range(RUNS)]
            if None in times:
                print(f"{name:32} not heard {times.count(None)} times of {RUNS}")
            times = sorted(value for value in times if value is not None)
            if times:
                print(f"{name:32} {statistics.median(times):6.0f} ms  ({times[0]:.0f}–{times[-1]:.0f}, first sound "
                      f"after the start of the program, {len(times)} runs)", flush=True)


if __name__ == "__main__":
    main()
