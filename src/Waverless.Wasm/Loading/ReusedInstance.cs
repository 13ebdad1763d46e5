using Waverless.Wasm.Instances;

namespace Waverless.Wasm.Loading;

/// <summary>
/// An instance that outlives its invocation, with the context that its store knows.
/// </summary>
internal sealed class ReusedInstance(GuestContext guest)
{
    private GuestInstance _instance;

    internal GuestContext Guest { get; } = guest;

    internal ref GuestInstance Instance => ref _instance;
}
