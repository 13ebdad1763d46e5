using System.Text.Json;
using System.Text.Json.Serialization;

namespace HelloDelegates;

/// <summary>How payloads and values are read and written, made at build time.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(OrderRequest))]
[JsonSerializable(typeof(Order))]
[JsonSerializable(typeof(Total))]
internal sealed partial class ShopJson : JsonSerializerContext;
