"""Makes the goldens of NetworkTests with PyTorch: `python make_goldens.py` in this folder.

Made with torch 2.15 and safetensors 0.8; neither is needed to run the tests. Everything is computed
in 64 bits from weights that 32 hold exactly, and written in 32.

network.safetensors   a small network under PyTorch's own names
goldens.safetensors   two updates of it, on two chunks [T, N] with the state carried between them
"""

import torch
from safetensors.torch import save_file

V, E, H, L, N, T = 11, 8, 16, 3, 3, 7
LEARNING_RATE, DECAY, CLIP, ANCHOR = 0.01, 0.1, 0.05, 0.5

torch.manual_seed(20)
torch.set_default_dtype(torch.float64)


class Network(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = torch.nn.Embedding(V, E)
        self.lstm = torch.nn.LSTM(E, H, L)  # steps first: [T, N, E]
        self.linear = torch.nn.Linear(H, V)

    def forward(self, tokens, state):
        outputs, state = self.lstm(self.embedding(tokens), state)
        return self.linear(outputs), state


network = Network()
with torch.no_grad():
    for tensor in network.parameters():
        tensor.copy_(tensor.float().double())
save_file(
    {name: tensor.detach().float().contiguous() for name, tensor in network.named_parameters()},
    "network.safetensors",
    metadata={"made": "make_goldens.py"},
)

optimiser = torch.optim.AdamW(
    network.parameters(), lr=LEARNING_RATE, betas=(0.9, 0.999), eps=1e-8, weight_decay=DECAY
)
anchor = {name: tensor.detach() * 0.5 for name, tensor in network.named_parameters()}
goldens = {}
state = (torch.zeros(L, N, H), torch.zeros(L, N, H))
for chunk in range(2):
    tokens = torch.randint(0, V, (T, N))
    targets = torch.randint(0, V, (T, N))
    # Takes that count half, and padding at the end of one lane.
    weights = torch.tensor([1.0, 0.5, 1.0]).repeat(T, 1)
    if chunk == 0:
        weights[4:, 1] = 0
    else:
        state[0][:, 1] = 0  # a new sequence begins in lane 1
        state[1][:, 1] = 0
    logits, state = network(tokens, state)
    state = tuple(part.detach().clone() for part in state)
    nll = torch.nn.functional.cross_entropy(
        logits.reshape(T * N, V), targets.reshape(-1), reduction="none"
    ).reshape(T, N)
    loss = (nll * weights).sum() / weights.sum()
    optimiser.zero_grad()
    loss.backward()
    goldens |= {
        f"{chunk}.tokens": tokens,
        f"{chunk}.targets": targets,
        f"{chunk}.weights": weights,
        f"{chunk}.logits": logits,
        f"{chunk}.nll": nll,
        f"{chunk}.h": state[0].clone(),
        f"{chunk}.c": state[1].clone(),
    }
    for name, tensor in network.named_parameters():
        goldens[f"{chunk}.d.{name}"] = tensor.grad.clone()
    # The first update is clipped, the second is not.
    norm = torch.nn.utils.clip_grad_norm_(network.parameters(), CLIP if chunk == 0 else 100)
    goldens[f"{chunk}.norm"] = norm.reshape(1)
    before = {name: tensor.detach().clone() for name, tensor in network.named_parameters()}
    optimiser.step()
    with torch.no_grad():
        for name, tensor in network.named_parameters():
            tensor -= LEARNING_RATE * ANCHOR * (before[name] - anchor[name])
            goldens[f"{chunk}.after.{name}"] = tensor.clone()

save_file(
    {name: tensor.detach().float().contiguous() for name, tensor in goldens.items()},
    "goldens.safetensors",
)
