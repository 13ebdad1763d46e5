using System.Globalization;
using System.Text;
using System.Text.Json;
using Waverless.Apps;
using Waverless.Functions;
using Waverless.Kv;
using Waverless.Runtime;

namespace Orders;

/// <summary>
/// An order from the request to the mail. Each function is a transaction: what it writes, the
/// messages it sends and the end of the event that started it are one commit.
/// </summary>
[Functions("orders", Json = typeof(OrdersJson))]
internal sealed class OrderFunctions(PriceList prices, MailFolder mails)
{
    /// <summary>
    /// POST /orders/place. With an Idempotency-Key, a repeated request gets the first one's answer.
    /// </summary>
    [HttpTrigger(HttpVerb.Post)]
    [Reads("stock_{}"), Writes("stock_{}"), Reads("order_{}"), Writes("order_{}")]
    public async Task<Answer> PlaceAsync(OrderRequest request, FunctionContext context)
    {
        var stockKey = (KvKey)$"stock_{request.Item}";
        var stock = await context.GetTextAsync(stockKey) ?? "0";
        var left = int.Parse(stock, CultureInfo.InvariantCulture) - request.Count;
        if (left < 0)
        {
            return new Answer(request.Id, $"only {stock} left", 0);
        }

        var amount = request.Count * prices.PriceOf(request.Item);
        var order = new Order(request.Id, request.Item, request.Count, amount, request.Mail);

        // A conditional batch: an order of that number must not exist.
        var batch = new KvBatch()
            .RequireAbsent($"order_{order.Id}")
            .Set(stockKey, Encoding.UTF8.GetBytes(left.ToString(CultureInfo.InvariantCulture)))
            .Set(
                $"order_{order.Id}",
                JsonSerializer.SerializeToUtf8Bytes(order, OrdersJson.Default.Order)
            );
        var placed = await context.CommitAsync(batch);
        return new Answer(order.Id, placed.IsCommitted ? "placed" : "exists already", amount);
    }

    /// <summary>Started by each new order, in the commit that writes it.</summary>
    [KvTrigger("order_{id}", On = KeyTriggerKind.New)]
    [Reads("order_{}"), Writes("payment_{}"), Sends("mail")]
    public async Task PayAsync(string id, KvKey key, FunctionContext context)
    {
        if (await context.GetJsonAsync(key, OrdersJson.Default.Order) is not { } order)
        {
            return;
        }

        var payment = new Payment(id, order.Amount);
        await context.SetJsonAsync($"payment_{id}", payment, OrdersJson.Default.Payment);

        // Goes out if and only if the payment is kept, and once.
        await context.EnqueueJsonAsync(
            "mail",
            new Mail(id, order.Mail, order.Amount),
            OrdersJson.Default.Mail,
            new MessageOptions { IdempotencyKey = id }
        );
    }

    /// <summary>A queue is a function: the messages to orders/mail are its inbox.</summary>
    [QueueTrigger, Function("mail")]
    [Reads("mail_template"), Writes("mailed_{}")]
    public async Task MailAsync(Mail mail, FunctionContext context)
    {
        var template = await context.GetTextAsync("mail_template") ?? "";
        var text = string.Format(CultureInfo.InvariantCulture, template, mail.Order, mail.Amount);
        await mails.SendAsync(mail.Order, mail.To, text, context.CancellationToken);
        await context.SetTextAsync($"mailed_{mail.Order}", mail.To);
    }

    /// <summary>Every night at two, UTC.</summary>
    [Timer("0 2 * * *"), Function("report")]
    [Reads("payment_{}"), Writes("report")]
    public static async Task ReportAsync(FunctionContext context)
    {
        var report = new Report(0, 0);
        var range = KvRange.Prefix("payment_");
        while (true)
        {
            var page = await context.ScanAsync(range);
            foreach (var entry in page.Entries)
            {
                var payment = JsonSerializer.Deserialize(
                    entry.Value.Span,
                    OrdersJson.Default.Payment
                );
                report = new Report(report.Payments + 1, report.Amount + payment!.Amount);
            }

            if (page.Next is not { } next)
            {
                break;
            }

            range = range with { From = next };
        }

        await context.SetJsonAsync("report", report, OrdersJson.Default.Report);
    }

    /// <summary>GET /orders/last_report.</summary>
    [HttpTrigger(HttpVerb.Get), Reads("report")]
    public static async Task<Report> LastReportAsync(FunctionContext context) =>
        await context.GetJsonAsync("report", OrdersJson.Default.Report) ?? new Report(0, 0);
}
