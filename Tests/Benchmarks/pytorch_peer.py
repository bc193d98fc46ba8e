#!/usr/bin/env python3
"""What PyTorch does with the same network on the same machine, as JSON lines.

usage: pytorch_peer.py WHAT...     WHAT: train, evaluate, sample, memory

Shapes: vocabulary 388, embedding 512, 3 layers of 512. Each figure is the median of five runs, for each
precision and batch shape; whoever compares takes the best.
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


def rate(run, events, seconds=3.0):
    """Events a second: the median of five runs of about `seconds` each."""
    run()
    start = time.perf_counter()
    run()
    count = max(1, int(seconds / 5 / (time.perf_counter() - start)))
    rates = []
    for _ in range(5):
        start = time.perf_counter()
        for _ in range(count):
            run()
        rates.append(count * events / (time.perf_counter() - start))
    return statistics.median(rates)


def say(what, precision, lanes, steps, value, unit="events/s"):
    print(json.dumps({"peer": "PyTorch " + torch.__version__, "what": what, "precision": precision,
                      "lanes": lanes, "steps": steps, "value": round(value, 1), "unit": unit}), flush=True)


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


def training(precision, lanes, steps):
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

    return step


def train():
    for precision in precisions():
        for lanes, steps in [(16, 128), (32, 128), (64, 128), (64, 256), (128, 128)]:
            say("train", precision, lanes, steps, rate(training(precision, lanes, steps), lanes * steps, 8.0))


def evaluate():
    network = Network().eval()
    for precision in precisions():
        for lanes, steps in [(16, 128), (64, 128), (128, 128)]:
            tokens = torch.randint(0, V, (steps, lanes))

            @torch.inference_mode()
            def run():
                with autocast(precision):
                    logits, _ = network(tokens)
                torch.logsumexp(logits.float(), -1)

            say("evaluate", precision, lanes, steps, rate(run, lanes * steps))


def sample():
    for precision in precisions():
        network = Network().eval()
        if precision == "bfloat16":
            network = network.bfloat16()
        for lanes in [1, 8, 32]:
            box = [torch.randint(0, V, (1, lanes)), None]

            @torch.inference_mode()
            def run():
                for _ in range(20):
                    logits, box[1] = network(box[0], box[1])
                    shares = torch.softmax(logits[0].float(), -1)
                    box[0] = torch.multinomial(shares, 1).T

            say("sample", precision, lanes, 1, rate(run, lanes * 20))


def memory():
    step = training("float32", 16, 128)
    for _ in range(3):
        step()
    say("memory", "float32", 16, 128, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, "MiB")


for name in sys.argv[1:]:
    {"train": train, "evaluate": evaluate, "sample": sample, "memory": memory}[name]()
