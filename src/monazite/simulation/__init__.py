"""Network x scenarios -> outcomes. Pure and batched: parameter draws are axis 0."""
