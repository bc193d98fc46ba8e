#!/usr/bin/env python3
"""What PyTorch does with the same network on the same machine.

usage: pytorch_peer.py [memory]

Reads a line of JSON for each turn, {"what": "train", "precision": "bfloat16", "lanes": 16, "steps": 128,
"seconds": 1}, and answers with the same and the events a second as "value": the median of as many runs as
fit, after one to warm up. Its first line names it and the precisions that it can compute in. With `memory` it
says only how much a training step of 16 lanes takes.

Shapes: vocabulary 388, embedding 512, 3 layers of 512.
"""
import json
import os
import resource
import statistics
import sys
import time

import torch
from torch import nn

V, E, H, L = 388, 512, 512, 3
torch.set_num_threads(os.cpu_count())
torch.manual_seed(1)


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(V, E)
        self.lstm = nn.LSTM(E, H, L)
        self.head = nn.Linear(H, V)

    def forward(self, tokens, state=None):
        output, state = self.lstm(self.embedding(tokens), state)
        return self.head(output), state


def autocast(precision):
    return torch.autocast("cpu", dtype=torch.bfloat16, enabled=precision == "bfloat16")


def precisions():
    """Those that this build and this processor can compute the network in."""
    able = ["float32"]
    try:
        with autocast("bfloat16"), torch.inference_mode():
            Network()(torch.zeros(2, 1, dtype=torch.long))
        able.append("bfloat16")
    except RuntimeError as error:
        print("bfloat16: " + str(error).splitlines()[0], file=sys.stderr)
    return able


def train(precision, lanes, steps):
    network = Network()
    optimiser = torch.optim.AdamW(network.parameters(), lr=1e-3, fused=True)
    tokens = torch.randint(0, V, (steps + 1, lanes))
    loss_of = nn.CrossEntropyLoss()

    def step():
        optimiser.zero_grad(set_to_none=True)
        with autocast(precision):
            logits, _ = network(tokens[:-1])
            loss = loss_of(logits.view(-1, V).float(), tokens[1:].reshape(-1))
        loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimiser.step()

    return step, lanes * steps


def evaluate(precision, lanes, steps):
    network = Network().eval()
    tokens = torch.randint(0, V, (steps, lanes))

    @torch.inference_mode()
    def run():
        with autocast(precision):
            logits, _ = network(tokens)
        torch.logsumexp(logits.float(), -1)

    return run, lanes * steps


def sample(precision, lanes, _):
    network = Network().eval()
    if precision == "bfloat16":
        network = network.bfloat16()
    box = [torch.randint(0, V, (1, lanes)), None]

    @torch.inference_mode()
    def run():
        for _ in range(20):
            logits, box[1] = network(box[0], box[1])
            shares = torch.softmax(logits[0].float(), -1)
            box[0] = torch.multinomial(shares, 1).T

    return run, lanes * 20


def median_rate(run, events, seconds):
    run()
    start = time.perf_counter()
    rates = []
    while not rates or time.perf_counter() - start < seconds:
        before = time.perf_counter()
        run()
        rates.append(events / (time.perf_counter() - before))
    return statistics.median(rates)


if sys.argv[1:] == ["memory"]:
    step, _ = train("float32", 16, 128)
    for _ in range(3):
        step()
    print(f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")
    sys.exit()

print(json.dumps({"peer": "PyTorch " + torch.__version__, "precisions": precisions()}), flush=True)
runs = {}
for line in sys.stdin:
    turn = json.loads(line)
    key = turn["what"], turn["precision"], turn["lanes"], turn["steps"]
    if key not in runs:
        runs[key] = {"train": train, "evaluate": evaluate, "sample": sample}[key[0]](*key[1:])
    print(json.dumps(turn | {"value": round(median_rate(*runs[key], turn["seconds"]), 1)}), flush=True)
