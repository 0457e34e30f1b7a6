import pandas as pd
import torch

model = torch.nn.Linear(2, 1)
model.eval()
frame = pd.DataFrame({"a": [1, 2], "b": [3, 4]})
frame.eval("c = a + b", inplace=True)
