// The portal begins: what the page must know, then whoever is signed in, or the door.
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app";
import { Refused } from "./graph/client";
import "./styles/base.css";
import "./styles/parts.css";
import "./styles/frame.css";
import "./styles/hierarchy.css";
import "./styles/views.css";
import "./styles/sheet.css";
import "./styles/print.css";

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      refetchOnWindowFocus: false,
      networkMode: "always",
      // A refusal is an answer; only what did not arrive is asked for again.
      retry: (times, error) => times < 1 && !(error instanceof Refused),
    },
    mutations: { networkMode: "always", retry: false },
  },
});

const root = document.getElementById("root");
if (root)
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={queries}>
        <App />
      </QueryClientProvider>
    </StrictMode>,
  );
