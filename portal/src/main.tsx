// The entry point of the portal: renders the root component with its query client.
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app";
import { Refused } from "./graph/client";
import "./styles/base.css";
import "./styles/components.css";
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
      // A refusal is final; a request without an answer is sent once more.
      retry: (failures, error) => failures < 1 && !(error instanceof Refused),
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
