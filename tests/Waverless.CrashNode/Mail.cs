using System.Globalization;
using Waverless.Hosting;
using Waverless.Runtime;

namespace Waverless.CrashNode;

/// <summary>
/// Messages that fail: one in three at first, one in ten always, which ends as a dead letter.
/// </summary>
internal static class Mail
{
    public static void AddTo(IWaverlessBuilder waverless) =>
        waverless
            .AddFunction(
                "mail/send",
                SendAsync,
                f => f.Post().Reads("sent_{}").Writes("sent_{}").Sends("deliver")
            )
            .AddFunction(
                "mail/deliver",
                DeliverAsync,
                f => f.OnMessage().Reads("mailed_{}").Writes("mailed_{}")
            )
            .AddFunction(
                "mail/audit",
                AuditAsync,
                f => f.Get().Reads("mailed_{}").Reads("sent_{}")
            );

    public static async Task SendAsync(string id, FunctionContext context)
    {
        if (await Marks.TryAsync(context, $"sent_{id}"))
        {
            await context.EnqueueTextAsync("deliver", id);
        }
    }

    public static async Task DeliverAsync(string id, FunctionContext context)
    {
        var number = int.Parse(id, CultureInfo.InvariantCulture);
        var marked = await Marks.TryAsync(context, $"mailed_{id}");
        if (!marked || number % 10 == 9 || (number % 3 == 0 && context.Attempt == 1))
        {
            throw new InvalidOperationException($"{id} was not delivered; first: {marked}");
        }
    }

    public static async Task<string> AuditAsync(FunctionContext context) =>
        $"{await Marks.ListAsync(context, "sent_")};{await Marks.ListAsync(context, "mailed_")}";
}
