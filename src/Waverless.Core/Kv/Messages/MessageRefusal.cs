using Waverless.Apps;
using Waverless.Invocations;

namespace Waverless.Kv.Messages;

/// <summary>Why a message cannot be sent; who is to blame decides the status.</summary>
/// <param name="Status">How an invocation that sends it ends.</param>
/// <param name="Reason">Names the function and what was expected.</param>
internal sealed record MessageRefusal(InvocationStatus Status, string Reason)
{
    /// <summary>Null: it may be sent.</summary>
    /// <param name="catalog">What is deployed.</param>
    /// <param name="app">The sender's app.</param>
    /// <param name="sender">Null for code of the host, which is trusted.</param>
    /// <param name="message">The message.</param>
    public static MessageRefusal? Of(
        CatalogSnapshot catalog,
        string app,
        DeployedFunction? sender,
        Message message
    )
    {
        var target = message.Resolve(app);
        if (!catalog.TryFind(target.App, target.Function, out var found))
        {
            return new MessageRefusal(
                InvocationStatus.Failed,
                $"A message goes to '{target}', which is not deployed."
            );
        }

        if (sender is not null && !sender.Manifest.Sends.Contains(target))
        {
            return new MessageRefusal(
                InvocationStatus.PermissionDenied,
                $"'{sender.Address}' enqueues a message for '{target}', but its manifest does not "
                    + "declare it under 'sends'."
            );
        }

        if (sender is not null && !found.Manifest.Messages)
        {
            return new MessageRefusal(
                InvocationStatus.PermissionDenied,
                $"'{target}' does not declare 'messages', so functions cannot enqueue for it."
            );
        }

        var bytesMax = Math.Min(MessageLimits.PayloadBytesMax, found.Manifest.Limits.Body);
        return message.Payload.Length > bytesMax
            ? new MessageRefusal(
                InvocationStatus.TooLarge,
                $"A message for '{target}' has {message.Payload.Length} bytes; expected at most "
                    + $"{bytesMax}."
            )
            : null;
    }

    public CommitResult ToResult() =>
        CommitResult.Rejected(
            Status == InvocationStatus.TooLarge
                ? CommitRejection.TooLarge
                : CommitRejection.NotDeliverable,
            Reason
        );
}
