namespace EmbedInYourHost;

/// <summary>What a quote is asked for.</summary>
internal sealed record QuoteRequest(string Item, int Count);

/// <summary>What it costs.</summary>
internal sealed record Quote(string Item, decimal Price);
