"""The local run: the same stacks on an emulator, behind one front door, with calls to replay."""
