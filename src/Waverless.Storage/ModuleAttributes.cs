using System.Runtime.CompilerServices;

// Buffers on the stack are always written before they are read; clearing them first costs as much
// as the rest of a read's managed work.
[module: SkipLocalsInit]
