using Waverless.Apps;
using Waverless.Invocations;

namespace Waverless.Kv.Messages;

/// <summary>Checks what a function asks to be enqueued, as soon as it asks.</summary>
internal static class OutgoingMessages
{
    /// <param name="catalog">What is deployed.</param>
    /// <param name="sender">The function.</param>
    /// <param name="batch">Its batch.</param>
    /// <param name="before">Messages that it enqueued before, in the same commit.</param>
    /// <exception cref="InvocationRefusedException">
    /// A message cannot be delivered, there are too many, or the batch is one of host code.
    /// </exception>
    public static void Demand(
        CatalogSnapshot catalog,
        DeployedFunction sender,
        KvBatch batch,
        int before
    )
    {
        if (batch.IdempotencyKey is not null)
        {
            throw new InvocationRefusedException(
                InvocationStatus.IdempotencyKeyRefused,
                $"'{sender.Address}' commits a batch with an idempotency key, which is for code of "
                    + "the host; expected a key of the call or of a message."
            );
        }

        if (batch.Messages.Count == 0)
        {
            return;
        }

        var count = before + batch.Messages.Count;
        if (count > MessageLimits.MessagesMax)
        {
            throw new InvocationRefusedException(
                InvocationStatus.TooLarge,
                $"'{sender.Address}' enqueues {count} messages; expected at most "
                    + $"{MessageLimits.MessagesMax}."
            );
        }

        foreach (var message in batch.Messages)
        {
            if (MessageRefusal.Of(catalog, sender.Address.App, sender, message) is { } refused)
            {
                throw new InvocationRefusedException(refused.Status, refused.Reason);
            }
        }
    }
}
