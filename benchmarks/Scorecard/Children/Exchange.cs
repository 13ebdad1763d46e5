namespace Scorecard.Children;

/// <summary>A request and what has to come back.</summary>
/// <param name="Route">The path.</param>
/// <param name="Body">JSON, or empty.</param>
/// <param name="Answer">The body of the answer.</param>
internal sealed record Exchange(string Route, string Body, string Answer);
