"""One round: whether it is fought, who approves, until when, what is sent, and how it ends."""
