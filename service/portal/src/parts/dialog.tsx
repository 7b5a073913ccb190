// A modal dialog by the browser's own element: it keeps the focus inside and closes by Escape.
import { useEffect, useRef, type ReactNode } from "react";
import { t } from "../language";

type Props = { labelledBy: string; close?: () => void; children: ReactNode; className?: string };

export function Dialog({ labelledBy, close, children, className }: Props) {
  const element = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const shown = element.current;
    shown?.showModal();
    return () => shown?.close();
  }, []);
  return (
    <dialog
      ref={element}
      className={className}
      aria-labelledby={labelledBy}
      onCancel={(event) => {
        event.preventDefault();
        close?.();
      }}
      onClick={(event) => {
        if (event.target === element.current) close?.();
      }}
    >
      <div className="dialog">
        {children}
        {close && (
          <p className="actions">
            <button type="button" onClick={close}>
              {t("Đóng", "Close")}
            </button>
          </p>
        )}
      </div>
    </dialog>
  );
}
