using System.Runtime.CompilerServices;

// Every import is blittable, so the runtime needs no marshalling stubs and NativeAOT none either.
[assembly: DisableRuntimeMarshalling]
