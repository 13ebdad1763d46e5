namespace QuickStart.Checking;

/// <summary>An answer was not the one that is promised.</summary>
internal sealed class CheckFailedException(string message) : Exception(message);
