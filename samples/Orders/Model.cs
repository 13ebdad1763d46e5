using System.Text.Json;
using System.Text.Json.Serialization;

namespace Orders;

/// <summary>What a customer sends.</summary>
internal sealed record OrderRequest(string Id, string Item, int Count, string Mail);

/// <summary>What is kept and answered.</summary>
internal sealed record Order(string Id, string Item, int Count, decimal Amount, string Mail);

/// <summary>The answer: placed, or why not.</summary>
internal sealed record Answer(string Id, string Status, decimal Amount);

/// <summary>What a customer has paid.</summary>
internal sealed record Payment(string Order, decimal Amount);

/// <summary>A mail to be sent.</summary>
internal sealed record Mail(string Order, string To, decimal Amount);

/// <summary>The nightly report.</summary>
internal sealed record Report(int Payments, decimal Amount);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(OrderRequest))]
[JsonSerializable(typeof(Order))]
[JsonSerializable(typeof(Answer))]
[JsonSerializable(typeof(Payment))]
[JsonSerializable(typeof(Mail))]
[JsonSerializable(typeof(Report))]
internal sealed partial class OrdersJson : JsonSerializerContext;
