"""The client in other people's tools: retrievers for neo4j-graphrag and LangChain, and MCP.

Each module needs the extra of its name: `graphrag`, `langchain`, `mcp`. They ask the client and
turn its answer into what the tool takes; nothing is decided here.
"""
