#!/usr/bin/env python3
"""Trains a base for woodshed with PyTorch, on one processor, one GPU or many.

    woodshed base pack corpus/train --to packed/train --passes 8
    woodshed base pack corpus/valid --to packed/valid
    torchrun --nproc-per-node 4 Templates/train_base.py packed/train --valid packed/valid \\
        --to base.safetensors --checkpoint base.pt --events 400000000
    woodshed base adopt base.safetensors --template solo-piano

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


def time_class(steps):
    """0, 1, 2, 3-4, 5-8 ... 129-256, more, never: 0...11, of an array of steps or NONE."""
    safe = np.maximum(steps, 1)
    classes = np.minimum(10, 1 + np.ceil(np.log2(safe)).astype(np.int64))
    return np.where(steps == NONE, 11, np.where(steps <= 0, 0, classes))


def push(history, rows, values):
    """Puts values [R] in front of the rows of history [N, K]."""
    history[rows, 1:] = history[rows, :-1]
    history[rows, 0] = values


class Hearing:
    """N performances, followed event by event."""

    recency = np.exp(-np.arange(600, dtype=np.float32) / 200)

    def __init__(self, lanes):
        self.lanes = lanes
        self.sounds = np.zeros((lanes, 128), bool)
        self.struck = np.zeros((lanes, 128), np.int64)
        self.note = np.zeros((lanes, 128), np.int64)
        self.time, self.notes, self.notes_now, self.last_ended = np.zeros((4, lanes), np.int64)
        self.last = np.full((lanes, 4), NONE)
        self.onsets = np.full((lanes, 5), NONE)
        self.durations = np.full((lanes, 2), NONE)
        self.shifts = np.full((lanes, 3), NONE)
        self.bins = np.full((lanes, 3), NONE)
        self.mean_bin = np.zeros(lanes, np.float32)
        self.struck_of_ended = np.full(lanes, NONE)
        self.begun, self.after_velocity, self.after_short_shift = np.zeros((3, lanes), bool)

    def reset(self, lane):
        fresh = Hearing(1)
        for name, value in vars(fresh).items():
            if isinstance(value, np.ndarray):
                getattr(self, name)[lane] = value[0]

    def advance(self, tokens):
        """Goes on by one event [N] in each."""
        self.after_velocity[:] = False
        self.after_short_shift[:] = False
        rows = np.flatnonzero(tokens < OFF)
        pitch = tokens[rows] - ON
        self.notes[rows] += 1
        self.notes_now[rows] += 1
        self.begun[rows] = True
        self.sounds[rows, pitch] = True
        self.struck[rows, pitch] = self.time[rows]
        self.note[rows, pitch] = self.notes[rows]
        push(self.last, rows, pitch)
        now = np.where(self.bins[rows, 0] == NONE, 0, self.bins[rows, 0]).astype(np.float32)
        mean = self.mean_bin[rows]
        self.mean_bin[rows] = np.where(self.notes[rows] == 1, now, mean + (now - mean) / 8)
        apart = rows[
            (self.onsets[rows, 0] == NONE) | (self.time[rows] - self.onsets[rows, 0] >= 3)]
        push(self.onsets, apart, self.time[apart])

        rows = np.flatnonzero((tokens >= OFF) & (tokens < SHIFT))
        rows = rows[self.sounds[rows, tokens[rows] - OFF]]
        pitch = tokens[rows] - OFF
        self.sounds[rows, pitch] = False
        self.last_ended[rows] = self.note[rows, pitch]
        self.struck_of_ended[rows] = self.struck[rows, pitch]
        push(self.durations, rows, self.time[rows] - self.struck[rows, pitch])

        rows = np.flatnonzero((tokens >= SHIFT) & (tokens < VELOCITY))
        steps = tokens[rows] - SHIFT + 1
        self.time[rows] += steps
        push(self.shifts, rows, steps)
        self.begun[rows] = False
        self.notes_now[rows] = 0
        self.last_ended[rows] = 0
        self.struck_of_ended[rows] = NONE
        self.after_short_shift[rows] = steps < 100

        rows = np.flatnonzero(tokens >= VELOCITY)
        push(self.bins, rows, tokens[rows] - VELOCITY + 1)
        self.begun[rows] = True
        self.after_velocity[rows] = True

    def possible(self):
        """Whether each event can come next, [N, 388]."""
        may = np.ones((self.lanes, VOCABULARY), bool)
        has_bin = self.bins[:, :1] != NONE
        may[:, ON:OFF] = ~self.sounds & has_bin
        may[:, OFF:SHIFT] = (
            self.sounds & ~self.begun[:, None] & (self.note > self.last_ended[:, None]))
        may[:, SHIFT:VELOCITY] = ~(self.after_velocity | self.after_short_shift)[:, None]
        may[:, VELOCITY:] = ~self.after_velocity[:, None] & (
            np.arange(1, 33) != self.bins[:, :1])
        return may

    def lately(self):
        """How lately each key was struck, [N, 128]."""
        steps = self.time[:, None] - self.struck
        return np.where(
            (self.note > 0) & (steps < 600), self.recency[np.clip(steps, 0, 599)], 0
        ).astype(np.float32)

    def numbers(self):
        """What the network reads beside the event, [N, 533]."""
        out = np.zeros((self.lanes, FEATURES), np.float32)
        lately = self.lately()
        out[:, :128] = self.sounds
        out[:, 128:256] = lately
        last = np.where(self.last[:, 0] == NONE, 0, self.last[:, 0])
        pitch = last[:, None] + np.arange(-48, 49)
        inside = (pitch >= 0) & (pitch < 128)
        rows = np.arange(self.lanes)[:, None]
        out[:, 256:353] = self.sounds[rows, np.clip(pitch, 0, 127)] & inside
        out[:, 353:450] = lately[rows, np.clip(pitch, 0, 127)] * inside
        rows = np.arange(self.lanes)
        out[rows, 450 + np.where(self.bins[:, 0] == NONE, 0, self.bins[:, 0])] = 1
        since = np.where(self.onsets[:, 0] == NONE, NONE, self.time - self.onsets[:, 0])
        out[rows, 483 + time_class(since)] = 1
        for index in range(3):
            one, other = self.onsets[:, index], self.onsets[:, index + 1]
            apart = np.where(other == NONE, NONE, one - other)
            out[rows, 495 + 12 * index + time_class(apart)] = 1
        out[:, 531] = self.sounds.sum(1) / 8
        out[:, 532] = self.notes_now / 4
        return out

    def links(self):
        """Where the filters lie: pitches [N, 8, 128], note-offs [N, 128, 21], centres in steps
        [N, 12] and in bins [N, 4], NONE for those that are not there."""
        lanes, rows = self.lanes, np.arange(self.lanes)
        any_sound = self.sounds.any(1)
        lowest = self.sounds.argmax(1)
        highest = 127 - self.sounds[:, ::-1].argmax(1)
        pitches = np.zeros((lanes, 8, 128), np.float32)
        for index in range(4):
            there = rows[self.last[:, index] != NONE]
            pitches[there, index, self.last[there, index]] = 1
        there = rows[any_sound]
        pitches[there, 4, lowest[there]] = 1
        pitches[there, 5, highest[there]] = 1
        pitches[:, 6] = self.sounds
        pitches[:, 7] = self.lately()

        offs = np.zeros((lanes, 128, OFFS), np.uint8)
        lane, pitch = np.nonzero(self.sounds)
        age = self.time[lane] - self.struck[lane, pitch]
        offs[lane, pitch, time_class(age)] = 1
        ended = self.struck_of_ended[lane]
        distance = self.struck[lane, pitch] - ended
        offs[lane, pitch, 19] = (ended != NONE) & (distance == 0)
        offs[lane, pitch, 20] = (ended != NONE) & (distance != 0) & (abs(distance) <= 2)
        for index in range(4):
            key = self.last[:, index]
            there = rows[(key != NONE) & self.sounds[rows, np.maximum(key, 0)]]
            # A key may be two of the last four.
            np.add.at(offs, (there, key[there], 11 + index), 1)
        offs[there_ := rows[any_sound], lowest[there_], 15] = 1
        offs[there_, highest[there_], 16] = 1
        order = np.where(self.sounds, self.note, 1 << 40)
        first = order.argmin(1)
        offs[there_, first[there_], 17] = 1
        order[rows, first] = 1 << 40
        two = rows[self.sounds.sum(1) > 1]
        offs[two, order.argmin(1)[two], 18] = 1

        shifts = np.full((lanes, 12), NONE)
        latest = self.onsets[:, 0]
        apart = np.where(
            self.onsets[:, 1:] == NONE, NONE, self.onsets[:, :-1] - self.onsets[:, 1:])
        def centre(channel, there, value):
            shifts[:, channel] = np.where(there, value, NONE)
        for index in range(4):
            centre(index, apart[:, index] != NONE, latest + apart[:, index] - self.time)
        centre(4, apart[:, 1] != NONE, latest + apart[:, 0] + apart[:, 1] - self.time)
        centre(5, apart[:, 0] != NONE, latest + apart[:, 0] // 2 - self.time)
        newest = np.maximum(self.last[:, 0], 0)
        held = (self.last[:, 0] != NONE) & self.sounds[rows, newest]
        for index in range(2):
            centre(
                6 + index, held & (self.durations[:, index] != NONE),
                self.struck[rows, newest] + self.durations[:, index] - self.time)
        centre(
            8, any_sound & (self.durations[:, 0] != NONE),
            self.struck[rows, first] + self.durations[:, 0] - self.time)
        for index in range(3):
            centre(9 + index, self.shifts[:, index] != NONE, self.shifts[:, index])

        bins = np.full((lanes, 4), NONE)
        bins[:, :3] = self.bins
        # Halves away from 0, as Swift rounds.
        mean = np.floor(self.mean_bin + 0.5).astype(np.int64)
        bins[:, 3] = np.where(self.bins[:, 0] != NONE, mean, NONE)
        return pitches, offs, shifts, bins

    def chunk(self, tokens):
        """What is said after each of tokens [T, N], stacked over T."""
        rows = []
        for step in tokens:
            self.advance(step)
            rows.append((self.numbers(), *self.links(), self.possible()))
        return [np.stack(column) for column in zip(*rows)]


def centred(filters, centres, width, count):
    """Lays filters [R, C, width] around centres [R, C], numbered from 1, onto count tokens."""
    reach = width // 2
    place = torch.arange(1, count + 1, device=filters.device) - centres[..., None] + reach
    inside = (place >= 0) & (place < width) & (centres[..., None] != NONE)
    return (filters.gather(2, place.clamp(0, width - 1)) * inside).sum(1)


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
            x = x + said[0].to(x.dtype) @ self.context["embedding"].weight
        x, state = self.lstm(x, state)
        logits = self.head(x).float()
        if said is None:
            return logits, state
        filters = self.context["filters"](x).float().flatten(0, 1)
        _, pitches, offs, shifts, bins, possible = [part.flatten(0, 1) for part in said]
        interval, off, shift, velocity = filters.split(
            [INTERVALS, OFFS, SHIFTS, VELOCITIES], dim=1)
        # ons[q] = sum over channels and keys p of pitches[p] * filter[q - p + 24], as a sum over
        # intervals: 49 products of whole rows.
        interval = interval.view(-1, 8, 49)
        padded = F.pad(pitches.float(), (24, 24))
        ons = sum(
            (padded[:, :, 48 - i:176 - i] * interval[:, :, i:i + 1]).sum(1) for i in range(49))
        more = torch.cat(
            [
                ons, (offs.float() @ off[:, :, None])[..., 0],
                centred(shift.view(-1, 12, 13), shifts, 13, 100),
                centred(velocity.view(-1, 4, 25), bins, 25, 32),
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


class Lanes:
    """Takes laid onto N lanes, T events at a time: inputs, targets [T, N] and lanes that begin."""

    def __init__(self, pack, order, lanes, steps):
        self.pack, self.order, self.steps = pack, iter(order), steps
        self.rest = [np.zeros(0, np.int64)] * lanes

    def chunk(self):
        inputs = np.full((self.steps, len(self.rest)), SHIFT)
        targets = np.full((self.steps, len(self.rest)), IGNORED)
        begins = []
        for lane, rest in enumerate(self.rest):
            if len(rest) < 2:
                take = next(self.order, None)
                if take is None:
                    continue
                rest = self.pack.tokens(take)
                begins.append(lane)
            count = min(self.steps, len(rest) - 1)
            inputs[:count, lane], targets[:count, lane] = rest[:count], rest[1:count + 1]
            self.rest[lane] = rest[count:]
        return (inputs, targets, begins) if (targets != IGNORED).any() else None


def shuffled(pack, rank, world, seed):
    """Takes in an order of their own in each pass, each to one of the processes."""
    passes = sorted({take["pass"] for take in pack.takes})
    by_pass = [[i for i, t in enumerate(pack.takes) if t["pass"] == p] for p in passes]
    for number in range(1 << 30):
        order = np.random.default_rng((seed, number)).permutation(by_pass[number % len(passes)])
        yield from (int(take) for take in order[rank::world])


class Reader:
    """A network that reads chunks, its state and hearing carried along."""

    def __init__(self, network, lanes, device, told):
        self.network, self.device = network, device
        self.hearing = Hearing(lanes) if told else None
        config = network.module.lstm if hasattr(network, "module") else network.lstm
        self.state = tuple(
            torch.zeros(config.num_layers, lanes, config.hidden_size, device=device)
            for _ in range(2))

    def loss(self, chunk):
        """Summed nats of a chunk, and its events."""
        inputs, targets, begins = chunk
        self.state = tuple(part.detach().clone() for part in self.state)
        for lane in begins:
            for part in self.state:
                part[:, lane] = 0
            if self.hearing:
                self.hearing.reset(lane)
        said = None
        if self.hearing:
            said = [torch.from_numpy(part).to(self.device) for part in self.hearing.chunk(inputs)]
        logits, self.state = self.network(
            torch.from_numpy(inputs).to(self.device), self.state, said)
        goal = torch.from_numpy(targets).to(self.device)
        nats = F.cross_entropy(
            logits.flatten(0, 1), goal.flatten(), ignore_index=IGNORED, reduction="sum")
        return nats, int((targets != IGNORED).sum())


@torch.no_grad()
def evaluate(network, pack, device, told, most=None):
    """Nats per event over the music as it is, each take from silence."""
    takes = [i for i, take in enumerate(pack.takes) if take["pass"] == 0]
    takes = takes[::max(1, len(takes) // most)] if most else takes
    lanes = Lanes(pack, takes, min(16, len(takes)), 128)
    reader, total, events = Reader(network, len(lanes.rest), device, told), 0.0, 0
    while (chunk := lanes.chunk()) is not None:
        nats, count = reader.loss(chunk)
        total, events = total + float(nats), events + count
    return total / max(1, events), events


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
    parser.add_argument("--learning-rate", type=float, default=2e-3)
    parser.add_argument("--weight-decay", type=float, default=0.01)
    parser.add_argument("--averaging", type=float, default=0.999)
    parser.add_argument("--every", type=float, default=2e6, help="events between measurements")
    parser.add_argument("--valid-takes", type=int, default=16)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--bfloat16", action="store_true", help="compute in 16 bits")
    parser.add_argument("--evaluate", action="store_true", help="only measure --from on the pack")
    return parser.parse_args()


def share(done, total, warm_up=0.05):
    """The learning rate's share: up, and along a cosine to a hundredth."""
    if done < warm_up * total:
        return max(0.02, done / (warm_up * total))
    fall = min(1, (done - warm_up * total) / ((1 - warm_up) * total))
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

    optimiser = torch.optim.AdamW(
        network.parameters(), lr=options.learning_rate, betas=(0.9, 0.999),
        weight_decay=options.weight_decay)
    mean = {name: value.detach().clone() for name, value in network.state_dict().items()}
    events, updates, best = 0, 0, None
    state_file = options.checkpoint and Path(options.checkpoint)
    if state_file and state_file.exists():
        saved = torch.load(state_file, map_location=device, weights_only=True)
        network.load_state_dict(saved["network"])
        optimiser.load_state_dict(saved["optimiser"])
        mean, events, updates, best = (saved[k] for k in ("mean", "events", "updates", "best"))
    parallel = nn.parallel.DistributedDataParallel(network) if many else network
    valid = Pack(options.valid) if options.valid else None
    # A run that goes on reads another order than the one that was stopped.
    lanes = Lanes(
        pack, shuffled(pack, rank, world, options.seed + updates), options.lanes, options.steps)
    reader = Reader(parallel, options.lanes, device, told)
    due, began, recent, seen = events + options.every, time.monotonic(), [], 0

    def judge():
        """Measures the mean of the weights, writes it if it is the best, and keeps the state."""
        nonlocal best
        nll = None
        if valid:
            judged = Network(options.embedding, options.hidden, options.layers, told).to(device)
            judged.load_state_dict(mean)
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
                 "mean": mean, "events": events, "updates": updates, "best": best}, part)
            part.replace(state_file)
        rate = seen / max(1e-9, time.monotonic() - began)
        loss = sum(recent) / max(1, len(recent))
        text = f"{events} events, {rate:.0f} a second, loss {loss:.3f}"
        print(text + (f", valid {nll:.3f}" if nll is not None else ""), flush=True)

    while events < options.events:
        chunk = lanes.chunk()
        with torch.autocast(device.type, torch.bfloat16, enabled=options.bfloat16):
            nats, count = reader.loss(chunk)
        optimiser.zero_grad(set_to_none=True)
        (nats / count).backward()
        nn.utils.clip_grad_norm_(network.parameters(), 1)
        for group in optimiser.param_groups:
            group["lr"] = options.learning_rate * share(events, options.events)
        optimiser.step()
        updates += 1
        decay = min(options.averaging, (1 + updates) / (10 + updates))
        with torch.no_grad():
            for name, value in network.state_dict().items():
                mean[name].lerp_(value, 1 - decay)
        if many:
            counted = torch.tensor([count], device=device)
            dist.all_reduce(counted)
            count = int(counted)
        events, seen = events + count, seen + count
        recent = (recent + [float(nats.detach()) / max(1, int((chunk[1] != IGNORED).sum()))])[-100:]
        if events >= due or events >= options.events:
            due = events + options.every
            if rank == 0:
                judge()
            if many:
                dist.barrier()
    if many:
        dist.destroy_process_group()


if __name__ == "__main__":
    main()
