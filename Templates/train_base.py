#!/usr/bin/env python3
"""Trains a base for woodshed with PyTorch, on one processor, one GPU or many.

    woodshed base pack corpus/train --to packed/train --passes 8
    woodshed base pack corpus/valid --to packed/valid
    torchrun --nproc-per-node 4 Templates/train_base.py packed/train --valid packed/valid \\
        --to base.safetensors --checkpoint base.pt --events 400000000
    woodshed base adopt base.safetensors --template solo-piano

On a GPU, which wants many lanes and 16 bits, with a pack of one pass, as the script can change the
music itself (2.1 million events a second on an H100):

    python3 Templates/train_base.py packed/train --valid packed/valid --to base.safetensors \\
        --minutes 9 --change --workers 4 --lanes 512 --steps 256 --precision float16 \\
        --learning-rate 3e-3 --dropout 0.1 --every 2e8

The network is woodshed's: token embedding [388, E], LSTM layers of H units, a linear layer onto 388
logits, and, unless --form is plain, what the events so far say ("hearing-1"; Sources/Performance,
Hearing.swift and its extensions are the definition, and `--evaluate` must agree with
`woodshed base evaluate` on the same music). Needs Python 3.10, PyTorch and numpy.
"""

import argparse
import json
import math
import os
import struct
import time
from pathlib import Path

import numpy as np
import torch
import torch.distributed as dist
from torch import nn
from torch.nn import functional as F

VOCABULARY, ON, OFF, SHIFT, VELOCITY = 388, 0, 128, 256, 356
FEATURES, FILTERS = 533, 669
INTERVALS, OFFS, SHIFTS, VELOCITIES = 8 * 49, 21, 12 * 13, 4 * 25
NONE = -(1 << 30)
PENALTY = 16.0
IGNORED = -100


# What the events so far say


def classes(steps):
    """0, 1, 2, 3-4, 5-8 ... 129-256, more, never: 0...11, of a tensor of steps or NONE."""
    bounds = torch.tensor([1, 2, 3, 5, 9, 17, 33, 65, 129, 257], device=steps.device)
    found = torch.bucketize(steps, bounds, right=True)
    return torch.where(steps == NONE, 11, found)


def latest(values, first):
    """The largest of values [T, ...] so far, first [...] being there before them."""
    return torch.maximum(values.cummax(0).values, first)


def history(values, there, before):
    """The last K of the values [T, N] that are there, after each step, the newest first, [T, N, K];
    before [N, K] are those of earlier."""
    (steps, lanes), kept = values.shape, before.shape[1]
    count = there.cumsum(0)
    # Oldest first, with room at the end for what is not there.
    row = values.new_full((lanes, kept + steps + 1), NONE)
    row[:, :kept] = before.flip(1)
    row.scatter_(1, torch.where(there, kept - 1 + count, kept + steps).T, values.T)
    back = torch.arange(kept, device=values.device)
    place = (kept - 1 + count)[..., None] - back
    return row.gather(1, place.transpose(0, 1).flatten(1)).view(lanes, steps, kept).transpose(0, 1)


def reached(follower, first):
    """Which of the places 0 ... P - 1 [N, P] a walk comes by that begins at first [N] and goes on
    from each to its follower [N, P + 1]; P is the end, and follows itself."""
    by = torch.zeros_like(follower, dtype=torch.int32).scatter_(1, first[:, None], 1)
    for _ in range(follower.shape[1].bit_length()):
        by = by.scatter_reduce(1, follower, by, "amax")
        follower = follower.gather(1, follower)
    return by[:, :-1] > 0


def running_mean(bins, there, mean, fresh):
    """The mean of the bins [T, N] that are there, each counting an eighth; mean [N] is that of
    earlier, and the first bin where a lane is fresh [N]."""
    steps, lanes = bins.shape
    count = there.cumsum(0)
    row = mean.new_zeros((lanes, steps + 2))
    row.scatter_(1, torch.where(there, count, steps + 1).T, bins.T.double() / 8)
    row[:, 0] = torch.where(fresh, row[:, 1] * 8, mean)
    reach, weight = 1, 7 / 8
    while reach <= steps:
        row = torch.cat([row[:, :reach], row[:, reach:] + weight * row[:, :-reach]], dim=1)
        reach, weight = 2 * reach, weight * weight
    return torch.where(count == 0, mean, row.gather(1, count.T).T)


class Hearing:
    """N performances, followed a chunk of events at a time, all events of the chunk at once."""

    def __init__(self, lanes, device):
        def fill(value, *shape, kind=torch.int64):
            return torch.full((lanes, *shape), value, dtype=kind, device=device)

        self.sounds, self.begun = fill(False, 128, kind=torch.bool), fill(False, kind=torch.bool)
        self.struck, self.note = fill(0, 128), fill(0, 128)
        self.time, self.notes, self.notes_now, self.last_ended = (fill(0) for _ in range(4))
        self.struck_of_ended = fill(NONE)
        self.last, self.onsets, self.durations, self.shifts, self.bins = (
            fill(NONE, most) for most in (4, 5, 2, 3, 3))
        self.mean_bin = fill(0, kind=torch.float64)

    def reset(self, begins):
        """Forgets what was heard in the lanes [N] that begin."""
        fresh = Hearing(1, begins.device)
        for name, value in vars(self).items():
            where = begins.view(-1, *[1] * (value.dim() - 1))
            setattr(self, name, torch.where(where, getattr(fresh, name), value))

    def chunk(self, tokens):
        """Goes on by tokens [T, N]; returns what is said after each:

        what the network reads beside the event [T, N, 533];
        the keys that intervals are counted from, the last 4, the lowest and the highest [T, N, 6];
        how much each of all keys counts there, for sounding and for how lately [T, N, 2, 128];
        since when each key sounds, as one of classes(), 11 for silence [T, N, 128];
        which were struck with the key that ended last, and beside it [T, N, 2, 128];
        the keys that have a note-off weight of their own: the last 4, the lowest, the highest, the
        first and the second struck of those that sound [T, N, 8];
        shifts that would repeat something, in steps [T, N, 12], and velocity bins [T, N, 4];
        which events can come next [T, N, 388]. What is not there is NONE.
        """
        steps, lanes = tokens.shape
        device = tokens.device
        keys = torch.arange(128, device=device)
        index = torch.arange(1, steps + 1, device=device)[:, None].expand(steps, lanes)
        none_yet = torch.full_like(self.time, -1)
        is_on, is_off = tokens < OFF, (tokens >= OFF) & (tokens < SHIFT)
        is_shift, is_velocity = (tokens >= SHIFT) & (tokens < VELOCITY), tokens >= VELOCITY
        after_velocity, after_short = is_velocity, is_shift & (tokens < SHIFT + 99)
        pitch = torch.where(is_on, tokens, (tokens - OFF).clamp(0, 127))[..., None]

        # Each number is kept as the largest so far of those that the events set.
        time = self.time + torch.where(is_shift, tokens - SHIFT + 1, 0).cumsum(0)
        notes = self.notes + is_on.cumsum(0)
        on_key, off_key = is_on[..., None] & (pitch == keys), is_off[..., None] & (pitch == keys)
        struck = latest(torch.where(on_key, time[..., None], NONE), self.struck)
        note = latest(torch.where(on_key, notes[..., None], 0), self.note)
        last_on = latest(torch.where(on_key, index[..., None], -1), self.sounds.long() - 1)
        last_off = latest(torch.where(off_key, index[..., None], -1), none_yet[:, None])
        sounds = last_on > last_off
        sounded = torch.cat([self.sounds[None], sounds[:-1]]).gather(2, pitch)[..., 0]
        ends = is_off & sounded
        note_of_key, struck_of_key = note.gather(2, pitch)[..., 0], struck.gather(2, pitch)[..., 0]

        shifted = latest(torch.where(is_shift, index, -1), none_yet)
        begun = latest(torch.where(is_on | is_velocity, index, -1), self.begun.long() - 1) > shifted
        at_shift = latest(torch.where(is_shift, notes, -1), self.notes - self.notes_now)
        ended = latest(torch.where(ends, index, 0), torch.zeros_like(self.time))
        still = ended > shifted
        last_ended = torch.where(
            still, torch.cat([self.last_ended[None], note_of_key]).gather(0, ended), 0)
        struck_of_ended = torch.where(
            still, torch.cat([self.struck_of_ended[None], struck_of_key]).gather(0, ended), NONE)

        last = history(pitch[..., 0], is_on, self.last)
        durations = history(time - struck_of_key, ends, self.durations)
        shifts = history(tokens - SHIFT + 1, is_shift, self.shifts)
        bins = history(tokens - VELOCITY + 1, is_velocity, self.bins)
        onsets = history(time, self.apart(time, is_on), self.onsets)
        now = torch.where(bins[..., 0] == NONE, 0, bins[..., 0])
        mean_bin = running_mean(now, is_on, self.mean_bin, self.notes == 0)
        notes_now = notes - at_shift

        said = self.said(
            time, sounds, struck, note, last, onsets, durations, shifts, bins, mean_bin, notes_now,
            struck_of_ended)
        has_bin = bins[..., :1] != NONE
        possible = torch.cat(
            [
                ~sounds & has_bin,
                sounds & ~begun[..., None] & (note > last_ended[..., None]),
                ~(after_velocity | after_short)[..., None].expand(steps, lanes, 100),
                ~after_velocity[..., None] & (
                    torch.arange(1, 33, device=device) != bins[..., :1]),
            ], dim=2)
        (self.time, self.notes, self.sounds, self.struck, self.note, self.begun, self.last_ended,
         self.struck_of_ended, self.last, self.onsets, self.durations, self.shifts, self.bins,
         self.mean_bin, self.notes_now) = (
            part[-1].clone() for part in (
                time, notes, sounds, struck, note, begun, last_ended, struck_of_ended, last, onsets,
                durations, shifts, bins, mean_bin, notes_now))
        return *said, possible

    def apart(self, time, is_on):
        """Which note-ons begin an onset: those at 3 steps or more from the onset before."""
        steps = len(time)
        rows = time.T.contiguous()
        # The note-on at or after each place, the number of events where there is none.
        place = torch.where(is_on, torch.arange(steps, device=time.device)[:, None], steps).T
        place = F.pad(place.flip(1).cummin(1).values.flip(1), (0, 1), value=steps)
        first = place.gather(1, torch.searchsorted(rows, self.onsets[:, :1] + 3))[:, 0]
        follower = place.gather(1, torch.searchsorted(rows, rows + 3))
        return reached(F.pad(follower, (0, 1), value=steps), first).T

    @staticmethod
    def said(
        time, sounds, struck, note, last, onsets, durations, shifts, bins, mean_bin, notes_now,
        struck_of_ended
    ):
        device = time.device
        keys = torch.arange(128, device=device)
        age = time[..., None] - struck
        lately = torch.where((note > 0) & (age < 600), torch.exp(age.clamp(0, 600) / -200.0), 0)
        heard = torch.stack([sounds.float(), lately], dim=2)
        newest = torch.where(last[..., 0] == NONE, 0, last[..., 0])
        around = (newest[..., None] + torch.arange(97, device=device))[:, :, None]
        near = F.pad(heard, (48, 48)).gather(3, around.expand(-1, -1, 2, -1))
        between = torch.where(onsets[..., 1:] == NONE, NONE, onsets[..., :-1] - onsets[..., 1:])
        since = torch.where(onsets[..., 0] == NONE, NONE, time - onsets[..., 0])
        times = classes(torch.cat([since[..., None], between[..., :3]], dim=2))
        bin_now = torch.where(bins[..., 0] == NONE, 0, bins[..., 0])
        numbers = torch.cat(
            [
                heard.flatten(2), near.flatten(2), F.one_hot(bin_now, 33).float(),
                F.one_hot(times, 12).flatten(2).float(),
                sounds.sum(2, keepdim=True) / 8, notes_now[..., None] / 4,
            ], dim=2)

        # The order of the sounding keys by when they were struck, and by pitch.
        never = 1 << 40
        order = torch.where(sounds, note, never)
        first = order.min(2)
        second = order.scatter(2, first.indices[..., None], never).min(2)
        any_sound = first.values < never
        lowest = torch.where(sounds, keys, 128).amin(2)
        highest = torch.where(sounds, keys, -1).amax(2)
        ends = torch.stack(
            [
                torch.where(any_sound, lowest, NONE), torch.where(any_sound, highest, NONE),
                torch.where(any_sound, first.indices, NONE),
                torch.where(second.values < never, second.indices, NONE),
            ], dim=2)
        last_sounds = (last != NONE) & sounds.gather(2, last.clamp(min=0))
        key_of = torch.cat([torch.where(last_sounds, last, NONE), ends], dim=2)
        ages = torch.where(sounds, classes(age), 11)
        distance = struck - struck_of_ended[..., None]
        with_ended = sounds & (struck_of_ended != NONE)[..., None]
        beside = torch.stack(
            [
                with_ended & (distance == 0),
                with_ended & (distance != 0) & (distance.abs() <= 2),
            ], dim=2)

        def centre(there, value):
            return torch.where(there, value - time[..., None], NONE)

        there, onset = between != NONE, onsets[..., :1]
        struck_newest = struck.gather(2, newest[..., None])
        struck_first = struck.gather(2, first.indices[..., None])
        goals = torch.cat(
            [
                centre(there, onset + between),
                centre(there[..., 1:2], onset + between[..., :1] + between[..., 1:2]),
                centre(there[..., :1], onset + between[..., :1] // 2),
                centre(last_sounds[..., :1] & (durations != NONE), struck_newest + durations),
                centre(
                    any_sound[..., None] & (durations[..., :1] != NONE),
                    struck_first + durations[..., :1]),
                shifts,
            ], dim=2)
        # Halves away from 0, as Swift rounds.
        mean = torch.where(bins[..., 0] == NONE, NONE, (mean_bin + 0.5).floor().long())
        return (
            numbers, torch.cat([last, ends[..., :2]], dim=2), heard, ages, beside, key_of, goals,
            torch.cat([bins, mean[..., None]], dim=2))


def laid(filters, centres, count):
    """Lays filters [R, C, W] around centres [R, C], numbered from 0, onto count tokens; those that
    have no centre nowhere."""
    width = filters.shape[2]
    place = centres[..., None] + torch.arange(width, device=filters.device)
    # Room on both sides for what goes beyond, and one place for what lies nowhere.
    place = torch.where((place >= 0) & (place < count + width - 1), place, count + width - 1)
    out = filters.new_zeros((len(filters), count + width))
    out = out.scatter_add(1, place.flatten(1), filters.flatten(1))
    return out[:, width // 2:width // 2 + count]


# The network


class Network(nn.Module):
    """tokens [T, N] -> logits [T, N, 388]; names as in woodshed's checkpoints."""

    def __init__(self, embedding, hidden, layers, told):
        super().__init__()
        self.embedding = nn.Embedding(VOCABULARY, embedding)
        self.lstm = nn.LSTM(embedding, hidden, layers)
        self.head = nn.Linear(hidden, VOCABULARY)
        with torch.no_grad():
            for layer in range(layers):
                getattr(self.lstm, f"bias_ih_l{layer}")[hidden:2 * hidden] += 1
        self.context = nn.ModuleDict()
        if told:
            # What is told counts for nothing until training finds what it says.
            self.context["embedding"] = nn.Embedding(FEATURES, embedding)
            self.context["filters"] = nn.Linear(hidden, FILTERS)
            for parameter in self.context.parameters():
                nn.init.zeros_(parameter)

    def forward(self, tokens, state, said):
        x = self.embedding(tokens)
        if said is not None:
            weight = self.context["embedding"].weight
            x = x + said[0].to(weight.dtype) @ weight
        x, state = self.lstm(x, state)
        logits = self.head(x).float()
        if said is None:
            return logits, state
        filters = self.context["filters"](x).float().flatten(0, 1)
        keys, heard, ages, beside, key_of, goals, bins, possible = (
            part.flatten(0, 1) for part in said[1:])
        interval, off, shift, velocity = filters.split(
            [INTERVALS, OFFS, SHIFTS, VELOCITIES], dim=1)
        interval = interval.view(-1, 8, 49)
        # Of many keys at once: sums over intervals, as a product of windows and filters.
        windows = F.pad(heard, (24, 24)).to(x.dtype).unfold(2, 49, 1).transpose(1, 2).flatten(2)
        many = windows @ interval[:, 6:].flip(2).flatten(1)[..., None].to(x.dtype)
        ons = laid(interval[:, :6], keys, 128) + many[..., 0].float()
        by_age = F.pad(off[:, :11], (0, 1)).gather(1, ages)
        near = (beside * off[:, 19:, None]).sum(1)
        offs = by_age + near + laid(off[:, 11:19, None], key_of, 128)
        more = torch.cat(
            [
                ons, offs, laid(shift.view(-1, 12, 13), goals - 1, 100),
                laid(velocity.view(-1, 4, 25), bins - 1, 32),
            ], dim=1)
        more = more - PENALTY * (~possible).float()
        return logits + more.view_as(logits), state


def read_weights(path):
    """A safetensors file as {name: float32 tensor}, and its metadata."""
    data = Path(path).read_bytes()
    length = struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8:8 + length])
    metadata = header.pop("__metadata__", {})
    kinds = {"F16": torch.float16, "BF16": torch.bfloat16, "F32": torch.float32}
    tensors = {}
    for name, entry in header.items():
        start, end = (8 + length + offset for offset in entry["data_offsets"])
        flat = torch.frombuffer(bytearray(data[start:end]), dtype=kinds[entry["dtype"]])
        tensors[name] = flat.float().view(entry["shape"])
    return tensors, metadata


def write_weights(path, tensors, metadata):
    """Writes {name: tensor} as safetensors in 16 bits, whole or not at all."""
    header, body = {"__metadata__": metadata}, b""
    for name, tensor in tensors.items():
        numbers = tensor.detach().cpu().to(torch.float16).contiguous().numpy().tobytes()
        header[name] = {
            "dtype": "F16", "shape": list(tensor.shape),
            "data_offsets": [len(body), len(body) + len(numbers)],
        }
        body += numbers
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    part = Path(f"{path}.part")
    part.write_bytes(struct.pack("<Q", len(text)) + text + body)
    part.replace(path)


# The corpus


class Pack:
    """What `woodshed base pack` wrote."""

    def __init__(self, folder):
        folder = Path(folder)
        index = json.loads((folder / "index.json").read_text())
        if index["format"] != "woodshed-pack-1" or index["vocabulary"] != "performance-388":
            raise SystemExit(f"cannot read {folder}: it is no pack of this version")
        self.shards = [np.memmap(folder / name, "<u2", "r") for name in index["shards"]]
        self.takes = index["takes"]

    def tokens(self, index):
        take = self.takes[index]
        shard = self.shards[take["shard"]]
        return shard[take["offset"]:take["offset"] + take["tokens"]].astype(np.int64)


def changed(tokens, semitones, stretch):
    """The tokens of a take in another key and tempo, as if `base pack` had written it so."""
    is_on, is_velocity = tokens < OFF, tokens >= VELOCITY
    is_shift = (tokens >= SHIFT) & ~is_velocity
    time = np.cumsum(np.where(is_shift, tokens - SHIFT + 1, 0))
    place = np.arange(len(tokens))
    velocity = tokens[np.maximum.accumulate(np.where(is_velocity, place, 0))]
    # A note ends with the next event of its key.
    of_keys = place[tokens < SHIFT]
    of_keys = of_keys[np.argsort(tokens[of_keys] % OFF, kind="stable")]
    end = np.full(len(tokens), time[-1] if len(time) else 0)
    same = np.flatnonzero(tokens[of_keys[1:]] % OFF == tokens[of_keys[:-1]] % OFF)
    end[of_keys[same]] = time[of_keys[same + 1]]

    start = np.floor(time[is_on] * stretch + 0.5).astype(np.int64)
    end = np.maximum(np.floor(end[is_on] * stretch + 0.5).astype(np.int64), start + 1)
    pitch, velocity = tokens[is_on] + semitones, velocity[is_on]
    count = len(pitch)
    if count == 0:
        return tokens[:0]
    # One number an event, so that sorting is by step, then by note, then on before off.
    events = np.concatenate([start << 32, end << 32 | 1])
    events |= np.tile(np.arange(count), 2) << 1
    events.sort()
    step, note, is_off = events >> 32, (events >> 1) & 0x7FFFFFFF, (events & 1).astype(bool)
    wait = np.diff(step, prepend=step[0])
    shifts = -(-wait // 100)
    louder = np.zeros(len(events), np.int64)
    louder[~is_off] = np.diff(velocity[note[~is_off]], prepend=0) != 0
    last = np.cumsum(shifts + louder + 1) - 1
    out = np.full(last[-1] + 1, SHIFT + 99)
    out[last] = pitch[note] + np.where(is_off, OFF, ON)
    out[(last - 1)[louder > 0]] = velocity[note[louder > 0]]
    rest = shifts > 0
    out[(last - 1 - louder)[rest]] = SHIFT - 1 + (wait - 100 * (shifts - 1))[rest]
    return out


def drawn(tokens, random):
    """A take in a key up to 3 semitones away, within the piano, and a tempo within 5 %."""
    keys = tokens[tokens < OFF]
    lowest, highest = (keys.min(), keys.max()) if len(keys) else (60, 60)
    semitones = random.integers(
        max(-3, min(0, 21 - lowest)), min(3, max(0, 108 - highest)), endpoint=True)
    return changed(tokens, semitones, random.uniform(0.95, 1.05))


class Lanes:
    """Takes laid onto N lanes, T events at a time: inputs and targets [T, N], which lanes begin a
    take [N], and how many targets there are."""

    def __init__(self, takes, lanes, steps):
        self.takes, self.steps = takes, steps
        self.rest = [np.zeros(0, np.int64)] * lanes

    def __iter__(self):
        while True:
            inputs = np.full((self.steps, len(self.rest)), SHIFT)
            targets = np.full((self.steps, len(self.rest)), IGNORED)
            begins = np.zeros(len(self.rest), bool)
            for lane, rest in enumerate(self.rest):
                if len(rest) < 2:
                    rest = next(self.takes, None)
                    if rest is None:
                        continue
                    begins[lane] = True
                count = min(self.steps, len(rest) - 1)
                if count > 0:
                    inputs[:count, lane], targets[:count, lane] = rest[:count], rest[1:count + 1]
                self.rest[lane] = rest[count:]
            count = int((targets != IGNORED).sum())
            if count == 0 and not begins.any():
                return
            yield *(torch.from_numpy(part) for part in (inputs, targets, begins)), count


class Music(torch.utils.data.IterableDataset):
    """Chunks without end for one of several processes, each of whose workers has lanes of its own."""

    def __init__(self, pack, lanes, steps, rank, world, seed, change):
        self.pack, self.lanes, self.steps = pack, lanes, steps
        self.rank, self.world, self.seed, self.change = rank, world, seed, change

    def takes(self, share, shares):
        """Takes in an order of their own in each pass, each to one share."""
        passes = sorted({take["pass"] for take in self.pack.takes})
        by_pass = [[i for i, t in enumerate(self.pack.takes) if t["pass"] == p] for p in passes]
        for number in range(1 << 30):
            random = np.random.default_rng((self.seed, number))
            order = random.permutation(by_pass[number % len(passes)])
            random = np.random.default_rng((self.seed, number, share))
            for take in order[share::shares]:
                tokens = self.pack.tokens(take)
                yield drawn(tokens, random) if self.change else tokens

    def __iter__(self):
        worker = torch.utils.data.get_worker_info()
        index, workers = (worker.id, worker.num_workers) if worker else (0, 1)
        takes = self.takes(self.rank * workers + index, self.world * workers)
        return iter(Lanes(takes, self.lanes // workers, self.steps))

    def chunks(self, workers, device):
        """The workers' chunks side by side, on the device."""
        turns = iter(torch.utils.data.DataLoader(
            self, batch_size=None, num_workers=workers, pin_memory=device.type == "cuda"))
        while True:
            parts = [next(turns) for _ in range(max(1, workers))]
            *columns, counts = zip(*parts)
            inputs, targets, begins = (
                torch.cat([part.to(device, non_blocking=True) for part in column], dim=-1)
                for column in columns)
            yield inputs, targets, begins, sum(counts)


class Reader:
    """A network that reads chunks, its state and hearing carried along."""

    def __init__(self, network, lanes, device, told):
        self.network, self.device = network, device
        self.hearing = Hearing(lanes, device) if told else None
        config = network.module.lstm if hasattr(network, "module") else network.lstm
        self.state = tuple(
            torch.zeros(config.num_layers, lanes, config.hidden_size, device=device)
            for _ in range(2))

    def loss(self, chunk):
        """Summed nats of a chunk."""
        inputs, targets, begins = (part.to(self.device) for part in chunk[:3])
        self.state = tuple(
            part.detach().masked_fill(begins[None, :, None], 0) for part in self.state)
        said = None
        if self.hearing:
            self.hearing.reset(begins)
            said = self.hearing.chunk(inputs)
        logits, self.state = self.network(inputs, self.state, said)
        return F.cross_entropy(
            logits.flatten(0, 1), targets.flatten(), ignore_index=IGNORED, reduction="sum")


@torch.no_grad()
def evaluate(network, pack, device, told, most=None):
    """Nats per event over the music as it is, each take from silence."""
    takes = [i for i, take in enumerate(pack.takes) if take["pass"] == 0]
    takes = takes[::max(1, len(takes) // most)] if most else takes
    # The long ones first, so that no lane is left with one at the end.
    takes.sort(key=lambda index: -pack.takes[index]["tokens"])
    lanes = min(64, len(takes))
    reader = Reader(network.eval(), lanes, device, told)
    total, events = torch.zeros((), dtype=torch.float64, device=device), 0
    for chunk in Lanes((pack.tokens(index) for index in takes), lanes, 128):
        total += reader.loss(chunk)
        events += chunk[3]
    return float(total) / max(1, events), events


# Training


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pack", help="what base pack wrote")
    parser.add_argument("--valid", help="a pack to choose the best weights on")
    parser.add_argument("--to", default="base.safetensors")
    parser.add_argument("--checkpoint", help="where the state of the run is kept; resumed if there")
    parser.add_argument("--from", dest="start", help="weights to start from (.safetensors)")
    parser.add_argument("--form", choices=["hearing-1", "plain"], default="hearing-1")
    parser.add_argument("--embedding", type=int, default=512)
    parser.add_argument("--hidden", type=int, default=512)
    parser.add_argument("--layers", type=int, default=3)
    parser.add_argument("--lanes", type=int, default=16, help="in each process")
    parser.add_argument("--steps", type=int, default=128)
    parser.add_argument("--events", type=float, default=40e6, help="to train on, in all")
    parser.add_argument("--minutes", type=float, help="to train for, in place of --events")
    parser.add_argument("--learning-rate", type=float, default=2e-3)
    parser.add_argument("--weight-decay", type=float, default=0.01)
    parser.add_argument("--dropout", type=float, default=0, help="between the layers")
    parser.add_argument("--averaging", type=float, default=0.999)
    parser.add_argument(
        "--change", action="store_true",
        help="each take in another key and tempo each time; for a pack of one pass")
    parser.add_argument("--every", type=float, default=2e6, help="events between measurements")
    parser.add_argument("--valid-takes", type=int, default=16)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--precision", choices=["float32", "bfloat16", "float16"], default="float32",
        help="of the products")
    parser.add_argument("--workers", type=int, default=0, help="that prepare the music")
    parser.add_argument("--evaluate", action="store_true", help="only measure --from on the pack")
    return parser.parse_args()


def share(done, warm_up=0.05):
    """The learning rate's share when so much of the run is done: up, and along a cosine to a
    hundredth."""
    if done < warm_up:
        return max(0.02, done / warm_up)
    fall = min(1, (done - warm_up) / (1 - warm_up))
    return 0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * fall))


def main():
    options = arguments()
    many = "RANK" in os.environ
    on_gpu = torch.cuda.is_available()
    if many:
        dist.init_process_group("nccl" if on_gpu else "gloo")
    rank, world = (dist.get_rank(), dist.get_world_size()) if many else (0, 1)
    device = torch.device(f"cuda:{os.environ.get('LOCAL_RANK', 0)}" if on_gpu else "cpu")
    told = options.form != "plain"
    torch.manual_seed(options.seed)

    start, metadata = read_weights(options.start) if options.start else ({}, {})
    if start:
        options.embedding = start["embedding.weight"].shape[1]
        options.hidden = start["lstm.weight_hh_l0"].shape[1]
        options.layers = sum(name.startswith("lstm.weight_hh") for name in start)
        told = told or "context.embedding.weight" in start
    network = Network(options.embedding, options.hidden, options.layers, told).to(device)
    if start:
        network.load_state_dict(start, strict=False)
    pack = Pack(options.pack)
    if options.evaluate:
        nats, events = evaluate(network, pack, device, told)
        print(f"{nats:.4f} nats per event ({events} events)")
        return
    if options.lanes % max(1, options.workers):
        raise SystemExit("cannot train: --lanes must be a multiple of --workers")
    shares = world * max(1, options.workers)
    if len(pack.takes) < shares * len({take["pass"] for take in pack.takes}):
        raise SystemExit(f"cannot train: {shares} processes and workers want a take each")

    network.lstm.dropout = options.dropout
    optimiser = torch.optim.AdamW(
        network.parameters(), lr=options.learning_rate, betas=(0.9, 0.999),
        weight_decay=options.weight_decay, fused=on_gpu)
    # A GPU computes an LSTM in float16 even where bfloat16 is said.
    scaler = torch.amp.GradScaler(
        device.type,
        enabled=options.precision == "float16" or on_gpu and options.precision == "bfloat16")
    mean = {name: value.detach().clone() for name, value in network.state_dict().items()}
    events, updates, best, earlier = 0, 0, None, 0
    state_file = options.checkpoint and Path(options.checkpoint)
    if state_file and state_file.exists():
        saved = torch.load(state_file, map_location=device, weights_only=True)
        if "scaler" not in saved:
            raise SystemExit(f"cannot go on from {state_file}: it is of an older version")
        network.load_state_dict(saved["network"])
        optimiser.load_state_dict(saved["optimiser"])
        scaler.load_state_dict(saved["scaler"])
        mean, events, updates, best, earlier = (
            saved[k] for k in ("mean", "events", "updates", "best", "seconds"))
    parallel = nn.parallel.DistributedDataParallel(network) if many else network
    valid = Pack(options.valid) if options.valid else None
    # A run that goes on reads another order than the one that was stopped.
    music = Music(
        pack, options.lanes, options.steps, rank, world, options.seed + updates, options.change)
    reader = Reader(parallel, options.lanes, device, told)
    autocast = torch.autocast(
        device.type, getattr(torch, options.precision), enabled=options.precision != "float32")
    due, began, recent, before = events + options.every, time.monotonic(), [], events

    def seconds():
        return earlier + time.monotonic() - began

    def judge():
        """Measures the mean of the weights, writes it if it is the best, and keeps the state."""
        nonlocal best
        loss = float(torch.stack(recent).mean())
        rate = (events - before) / max(1e-9, time.monotonic() - began)
        nll = None
        if valid:
            judged = Network(options.embedding, options.hidden, options.layers, told).to(device)
            judged.load_state_dict(mean)
            with autocast:
                nll, _ = evaluate(judged, valid, device, told, options.valid_takes)
        if nll is None or best is None or nll < best:
            best = nll
            form = {"vocabulary": "performance-388", "events": str(events)}
            write_weights(
                options.to, mean, form | {"form": "hearing-1" if told else "plain"})
        if state_file:
            part = state_file.with_name(state_file.name + ".part")
            torch.save(
                {"network": network.state_dict(), "optimiser": optimiser.state_dict(),
                 "scaler": scaler.state_dict(), "mean": mean, "events": events,
                 "updates": updates, "best": best, "seconds": seconds()}, part)
            part.replace(state_file)
        text = f"{events} events, {rate:.0f} a second, loss {loss:.3f}"
        print(text + (f", valid {nll:.3f}" if nll is not None else ""), flush=True)

    def done():
        return seconds() / (60 * options.minutes) if options.minutes else events / options.events

    chunks, part = music.chunks(options.workers, device), done()
    while part < 1:
        chunk = next(chunks)
        count = chunk[3]
        with autocast:
            nats = reader.loss(chunk) / max(1, count)
        optimiser.zero_grad(set_to_none=True)
        scaler.scale(nats).backward()
        scaler.unscale_(optimiser)
        nn.utils.clip_grad_norm_(network.parameters(), 1)
        for group in optimiser.param_groups:
            group["lr"] = options.learning_rate * share(part)
        scaler.step(optimiser)
        scaler.update()
        updates += 1
        decay = min(options.averaging, (1 + updates) / (10 + updates))
        with torch.no_grad():
            torch._foreach_lerp_(
                list(mean.values()), list(network.state_dict().values()), 1 - decay)
        recent = (recent + [nats.detach()])[-100:]
        # What is done is what all have done, by the clock of the first.
        part = done()
        if many:
            both = torch.tensor(
                [count, part if rank == 0 else 0], dtype=torch.float64, device=device)
            dist.all_reduce(both)
            count, part = int(both[0]), float(both[1])
        events += count
        if not options.minutes:
            part = done()
        if events >= due or part >= 1:
            due = events + options.every
            if rank == 0:
                judge()
            if many:
                dist.barrier()
    if many:
        dist.destroy_process_group()


if __name__ == "__main__":
    main()
