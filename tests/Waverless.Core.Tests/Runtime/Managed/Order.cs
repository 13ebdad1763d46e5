using System.Text.Json.Serialization;

namespace Waverless.Runtime.Managed;

public sealed record Order(string Id, int Count);

public sealed record Receipt(string Id, decimal Price);

[JsonSourceGenerationOptions(System.Text.Json.JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(Order))]
[JsonSerializable(typeof(Receipt))]
[JsonSerializable(typeof(int))]
internal sealed partial class OrderJson : JsonSerializerContext;
