namespace Waverless.Runtime.Managed;

/// <summary>A delegate cannot be a function.</summary>
/// <param name="message">What is wrong with its signature and what was expected.</param>
internal sealed class SignatureException(string message) : Exception(message);
