using Waverless.Events;

namespace Waverless.CrashNode;

/// <summary>What ended as a dead letter, as <c>app/function payload</c>, one a line.</summary>
internal static class DeadLetters
{
    public static async Task<string> ListAsync(IDeadLetters letters)
    {
        var lines = new List<string>();
        var query = new DeadLetterQuery();
        while (true)
        {
            var page = await letters.ListAsync(query);
            lines.AddRange(page.Letters.Select(letter => $"{letter.Id}: {letter.LastError?.Text}"));
            if (page.Next is not { } next)
            {
                return string.Join('\n', lines);
            }

            query = query with { After = next };
        }
    }
}
