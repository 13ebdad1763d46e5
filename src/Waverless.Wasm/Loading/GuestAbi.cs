namespace Waverless.Wasm.Loading;

/// <summary>How a module and its host talk (DESIGN §9).</summary>
internal enum GuestAbi
{
    /// <summary>One export per function, called with the payload's address and length.</summary>
    Original,

    /// <summary>
    /// A WASI command: <c>_start</c>, payload on standard input, answer on standard output.
    /// </summary>
    Command,
}
