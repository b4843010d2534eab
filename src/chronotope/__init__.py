"""What people are interested in, when and where: a graph-native query layer for Neo4j."""

__all__ = ["__version__"]

__version__ = "0.1.0"
