"""The HTTP side: application, middleware, GraphQL endpoint, streams, documents, pages."""
