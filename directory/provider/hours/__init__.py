"""The hours editor: forms that hold everything a schedule can say, read times as typed, and show the result first."""
